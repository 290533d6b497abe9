"""SHP112: ids in half precision are rounded."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Definition, Finding, Message
from shapecheck.facts.program import EXACT
from shapecheck.rules.rule import Bad, Good, Rule

_OWN = '''
class Vectors(L.Layer):
    def __init__(self):
        super().__init__(dtype=keras.mixed_precision.Policy("{}"))
        self.table = L.Embedding(30000, 8)
    def call(self, ids):
        return self.table(ids)
'''

rule = Rule(
    code="SHP112", slug="rounded-ids",
    summary="ids in half precision are rounded",
    explanation=(
        "float16 counts up to 2048 in ones, then in twos, fours, ...; bfloat16 only up to 256. An "
        "id that goes through such a number comes out as another one."),
    advice="ids are whole numbers: dtype=\"int32\"",
    versions={"all": "silent: another row of the embedding is looked up"},
    bad=[Bad('tokens = keras.Input((20,), dtype="float16")\n'
             'vectors = L.Embedding(30000, 8)(tokens)'),
         Bad('vectors = Vectors()(keras.Input((20,)))', setup=_OWN.format('mixed_float16'),
             reader_only=True)],
    good=[Good('tokens = keras.Input((20,), dtype="int32")\n'
               'vectors = L.Embedding(30000, 8)(tokens)'),
          Good('tokens = keras.Input((20,), dtype="float16")\n'
               'vectors = L.Embedding(100, 8)(tokens)'),
          Good('vectors = Vectors()(keras.Input((20,), dtype="int32"))',
               setup=_OWN.format('mixed_float16')),
          Good('vectors = Vectors()(keras.Input((20,)))', setup=_OWN.format('float32'))],
)


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    rows = definition.setting("input_dim")
    if definition.problem != "half ids" or not isinstance(rows, int):
        return
    exact = EXACT.get(definition.wanted, 0)
    if not exact or rows <= exact:
        return
    yield rule.finding(
        definition,
        what=Message.of("{source} gets ids as {dtype}, which is exact up to {exact} only",
                        source=" ".join(definition.source.split()),
                        dtype=Message.of(definition.wanted), exact=Message.of(str(exact))),
        why=Message.of("larger ids are rounded to a neighbour, and another row is looked up"))
