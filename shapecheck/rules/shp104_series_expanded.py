"""SHP104: a pandas Series was passed for a row."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import (
    declares,
    kept,
    misfits,
    returns,
    rewritten,
    row_fits,
    severity,
    spoken,
    what_follows,
)
from shapecheck.rules.rule import Bad, Good, Rule

_PANDAS = "import pandas as pd\nframe = pd.DataFrame(table)\n"

rule = Rule(
    code="SHP104", slug="series-expanded",
    summary="a pandas Series was passed for a row; Keras makes it a column (N, 1)",
    explanation=(
        "A Series has one axis, and Keras' data adapters add the second one at the end: "
        "`df.iloc[0]`, one row of N values, becomes N rows of one value. Today's versions no "
        "longer do that to a NumPy array, so that only the pandas user gets the wrong numbers."),
    advice="keep the frame: `df.iloc[0:1]` is one row, `df[[\"a\", \"b\"]]` are columns",
    versions={
        "keras<2.7": "silent: (W,) becomes (W, 1), whatever the container; a layer that needs "
                     "the width, and a direct call, raise",
        "keras>=2.7,<3": "silent in every host method; a layer that needs the width, and a "
                         "direct call, raise",
        "keras>=3": "silent in predict, fit and evaluate; *_on_batch, a layer that needs the "
                    "width, and a direct call raise",
    },
    bad=[
        Bad("words.predict(frame.iloc[0])", "words.predict(frame.iloc[0:1])",
            setup="import pandas as pd\nframe = pd.DataFrame(x)\nwords = model\n"),
        Bad("dense.predict(frame.iloc[2])", "dense.predict(frame.iloc[2:3])", setup=_PANDAS),
        Bad("row = frame.iloc[0]\ndense.predict(row)",
            "row = frame.iloc[0]\ndense.predict(row.to_numpy()[None, :])", setup=_PANDAS),
    ],
    good=[
        Good("dense.predict(frame)", setup=_PANDAS),
        Good("dense.predict(frame.iloc[0:1])", setup=_PANDAS),
        Good("narrow.predict(frame[0])  # one number a row is what it declares", setup=_PANDAS),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    args = [arg for arg, _spec in misfits(call) if arg.passed.container == "Series"]
    if not args:
        return
    n = args[0].passed.rows
    column = f"makes the Series a column ({n}, 1), {n} rows of one value"
    fits = all(row_fits(spec, arg.passed) for arg, spec in misfits(call) if arg in args)
    yield rule.finding(
        call,
        what=Message.of("{spoken}, a pandas Series; {declares}", spoken=spoken(args),
                        declares=declares(args)),
        why=Message.of("a Series has no batch axis; {after}", after=what_follows(
            call, f"it {column}{returns(call, ', and returns')}",
            ahead=f"Keras {column}; a layer that needs the width raises")),
        fix=rewritten(call, {a.name: kept(a) for a in args}, each="{}.to_numpy()[None, :]")
        if fits else None,
        inputs=args, severity=severity(args))
