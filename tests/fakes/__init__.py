"""In-memory fakes of every port, all standing on one ``World``."""
