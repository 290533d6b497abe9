"""SHP303: padding changes a row's result."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding
from shapecheck.facts.comparison import Comparison
from shapecheck.rules.proving import found
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = """
padded = np.where(np.arange(16) < (np.arange(12) % 9 + 4)[:, None], x, 0).astype("int32")
"""

_SETUP2 = """
padded = np.where(np.arange(16) < (np.arange(12) % 9 + 4)[:, None], x, 0).astype("int32")
m_in = keras.Input((None,), dtype="int32")
m_hidden = L.GlobalAveragePooling1D()(L.Embedding(100, 8, mask_zero=True)(m_in))
masked = keras.Model(m_in, L.Dense(4)(m_hidden))
"""

rule = Rule(
    code="SHP303", slug="padding-leak", stage="output",
    summary="padding changes a row's result",
    explanation=(
        "A row is padded to the length of the longest in its batch. Where no mask hides "
        "the padding, or a layer ignores or loses it, attention, means and pooling take "
        "the padding in, and the result depends on how long the other rows are."),
    advice="pass the mask, and use it wherever positions are mixed",
    versions={
        "all": "silent; Keras 3 warns where a layer destroys a mask",
    },
    bad=[
        Bad('report = shapecheck.check_consistency(free, padded)', setup=_SETUP),
    ],
    good=[
        Good('report = shapecheck.check_consistency(masked, padded)', setup=_SETUP2),
    ],
    reader_blind="needs the model to run",
)


@rule.check
def check(comparison: Comparison) -> Iterator[Finding]:
    yield from found(rule, comparison)
