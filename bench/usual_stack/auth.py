"""SimpleJWT, and the token's row."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework_simplejwt.authentication import JWTAuthentication

from bench.usual_stack.models import PersonalAccessToken


class TokenAuthentication(JWTAuthentication):
    """``request.user`` is the user, ``request.auth`` the row of the personal access token."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found is None:
            return None
        user, claims = found
        row = PersonalAccessToken.objects.filter(
            pk=claims.get("pat_id"), jti=claims["jti"], revoked_at=None
        ).first()
        if row is None or row.expires_at <= timezone.now():
            raise AuthenticationFailed
        if not settings.LEAN:
            row.last_used_at = timezone.now()
            row.save(update_fields=["last_used_at"])
        return user, row


class IsStaffOrOwner(BasePermission):
    def has_permission(self, request, _view):
        memberships = request.user.memberships.filter(company_id=request.auth.company_id)
        owns = memberships.filter(role="owner", is_enabled=True)
        return request.user.is_staff or owns.exists()


class HasGlobalFlag(BasePermission):
    def has_permission(self, request, _view):
        if not request.auth.access_global_metrics:
            raise PermissionDenied
        return True
