"""Laws are about answers, not about time: a slow machine breaks none."""
from __future__ import annotations

from hypothesis import settings

settings.register_profile("no-deadline", deadline=None, derandomize=True)
settings.load_profile("no-deadline")
