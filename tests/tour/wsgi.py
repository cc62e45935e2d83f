"""The newsroom and the files that the proxy of docs/deploy.md serves in production."""

from __future__ import annotations

from django.conf import settings
from whitenoise import WhiteNoise

from cms.wsgi import application as newsroom

application = WhiteNoise(newsroom, root=settings.MEDIA_ROOT, prefix="media/", autorefresh=True)
