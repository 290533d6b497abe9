"""Every test runs on each Keras of this environment."""
from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.watch.kerases import generations, load


@pytest.fixture(scope="module", params=generations())
def keras(request):
    return load(request.param)


@pytest.fixture(autouse=True)
def _nothing_left_hooked():
    """No test may leave a hook behind."""
    from shapecheck.observe import hooks

    yield
    assert not hooks._observers
    assert not hooks._installed
