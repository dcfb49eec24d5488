"""The service's routes, on the services under test."""

from config import urls as _service_urls
from tests.service import SERVICES

urlpatterns = _service_urls.routes(SERVICES)
handler400 = _service_urls.handler400
handler403 = _service_urls.handler403
handler404 = _service_urls.handler404
handler500 = _service_urls.handler500
