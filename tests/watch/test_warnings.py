"""A warning with a stacklevel names the user's line, as it does without the watch."""
from __future__ import annotations

import warnings

import pytest

import shapecheck
from tests.watch.kerases import X

pytestmark = pytest.mark.legacy


@pytest.mark.parametrize("stacklevel", [1, 2, 3])
def test_the_line_that_is_named_is_the_same(keras, stacklevel):
    class Warning2(keras.Model):
        def call(self, inputs):
            return inputs

        def predict(self, x, **kwargs):
            warnings.warn("look out", UserWarning, stacklevel=stacklevel)
            return x

    model = Warning2()

    def where(watched):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for _ in [watched]:
                if watched:
                    with shapecheck.watch(tell="never"):
                        run(model)
                else:
                    run(model)
        return caught[0].filename, caught[0].lineno

    def run(model):
        model.predict(X)

    plain, watched = where(False), where(True)
    assert plain[0] == watched[0] == __file__
    if stacklevel < 3:
        assert plain == watched
