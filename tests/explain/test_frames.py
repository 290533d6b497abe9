"""The user's own line, in all the ways in which tracebacks are printed."""
from __future__ import annotations

from typing import Optional

import pytest

import shapecheck
from shapecheck.explaining.understood import understood

MESSAGE = "ValueError: Shapes (None, 1) and (None, 10) are incompatible"

PYTHON = f'''Traceback (most recent call last):
  File "/home/me/project/train.py", line 52, in <module>
    main()
  File "/home/me/project/train.py", line 48, in main
    model.fit(x_train, y_train, epochs=5)
  File "/usr/local/lib/python3.8/dist-packages/keras/engine/training.py", line 1100, in fit
    tmp_logs = self.train_function(iterator)
{MESSAGE}
'''
PYTHON_313 = f'''Traceback (most recent call last):
  File "/home/me/train.py", line 48, in <module>
    model.fit(
    ~~~~~~~~~^
        x_train, y_train,
        ^^^^^^^^^^^^^^^^^
        epochs=5,
        ^^^^^^^^^
    )
    ^
  File "/home/me/env/lib/python3.13/site-packages/keras/src/utils/traceback_utils.py", line 122, in error_handler
    raise e.with_traceback(filtered_tb) from None
{MESSAGE}
'''
WINDOWS = f'''Traceback (most recent call last):
  File "C:\\Users\\me\\PycharmProjects\\net\\train.py", line 12, in <module>
    model.fit(x_train, y_train, epochs=5)
  File "C:\\Users\\me\\Anaconda3\\envs\\tf\\lib\\site-packages\\keras\\engine\\training.py", line 1213, in fit
    self._make_train_function()
{MESSAGE}
'''
SPYDER = f'''Traceback (most recent call last):

  File "<ipython-input-7-0b1c2d3e4f50>", line 1, in <module>
    runfile('/home/me/train.py', wdir='/home/me')

  File "/opt/anaconda3/lib/python3.7/site-packages/spyder_kernels/customize/spydercustomize.py", line 827, in runfile
    execfile(filename, namespace)

  File "/home/me/train.py", line 40, in <module>
    model.fit(x_train, y_train, epochs=5)

  File "/opt/anaconda3/lib/python3.7/site-packages/keras/engine/training.py", line 1154, in fit
    batch_size=batch_size)

{MESSAGE}
'''
IPYTHON_5 = f'''---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
<ipython-input-12-6d2f9a1b3c4d> in <module>()
      1 # train it
      2 
----> 3 model.fit(x_train, y_train, epochs=5)

/usr/local/lib/python3.6/dist-packages/keras/engine/training.pyc in fit(self, x, y, batch_size, **kwargs)
    950             sample_weight=sample_weight,
    951             class_weight=class_weight,
--> 952             batch_size=batch_size)
    953         # Prepare validation data.
    954         do_validation = False

{MESSAGE}'''
IPYTHON_7 = f'''---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
<ipython-input-12-6d2f9a1b3c4d> in <module>
----> 1 train(model)

<ipython-input-11-aa2f9a1b3c4d> in train(model)
      1 def train(model):
----> 2     model.fit(x_train, y_train,
      3               epochs=5)

~/anaconda3/lib/python3.7/site-packages/tensorflow/python/keras/engine/training.py in fit(self, x, y)
   1098               _r=1):
   1099             callbacks.on_train_batch_begin(step)
-> 1100             tmp_logs = self.train_function(iterator)

{MESSAGE}'''
IPYTHON_8_0 = f'''---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
Input In [12], in <cell line: 3>()
      1 # train it
----> 3 model.fit(x_train, y_train, epochs=5)

File ~/env/lib/python3.9/site-packages/keras/utils/traceback_utils.py:67, in filter_traceback.<locals>.error_handler(*args, **kwargs)
     65 except Exception as e:  # pylint: disable=broad-except
     66   filtered_tb = _process_traceback_frames(e.__traceback__)
---> 67   raise e.with_traceback(filtered_tb) from None

{MESSAGE}'''
IPYTHON_8 = IPYTHON_8_0.replace("Input In [12], in <cell line: 3>()", "Cell In[12], line 3")
KERNEL = f'''---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
/tmp/ipykernel_4242/1234567.py in <module>
      1 # train it
----> 3 model.fit(x_train, y_train, epochs=5)

/opt/conda/lib/python3.7/site-packages/keras/engine/training.py in fit(self, x, y)
   1182                 _r=1):
-> 1184               tmp_logs = self.train_function(iterator)

{MESSAGE}'''
COLAB = f'''---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
/tmp/ipython-input-3-2468013579.py in <cell line: 0>()
      1 # train it
----> 3 model.fit(x_train, y_train, epochs=5)

1 frames
/usr/local/lib/python3.11/dist-packages/keras/src/utils/traceback_utils.py in error_handler(*args, **kwargs)
    120             # To get the full stack trace, call:
    121             # `keras.config.disable_traceback_filtering()`
--> 122             raise e.with_traceback(filtered_tb) from None

{MESSAGE}'''
LINKED = IPYTHON_5.replace("<ipython-input-12-6d2f9a1b3c4d>",
                           "[<ipython-input-12-6d2f9a1b3c4d>](https://localhost:8080/#)").replace(
    "/usr/local/lib/python3.6/dist-packages/keras/engine/training.pyc",
    "[/usr/local/lib/python3.6/dist-packages/keras/engine/training.py](https://localhost:8080/#)")
PYTEST = f'''___________________________________ test_fit ___________________________________

    def test_fit():
        x_train, y_train = data()
>       model.fit(x_train, y_train, epochs=5)

tests/test_model.py:14: 
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
venv/lib/python3.11/site-packages/keras/src/utils/traceback_utils.py:122: in error_handler
    raise e.with_traceback(filtered_tb) from None
E   {MESSAGE}
'''
PYTEST_SHORT = f'''tests/test_model.py:14: in test_fit
    model.fit(x_train, y_train, epochs=5)
venv/lib/python3.11/site-packages/keras/src/utils/traceback_utils.py:122: in error_handler
    raise e.with_traceback(filtered_tb) from None
E   {MESSAGE}
'''
RICH = f'''\u256d\u2500\u2500\u2500\u2500 Traceback (most recent call last) \u2500\u2500\u2500\u2500\u256e
\u2502 /home/me/train.py:48 in <module>                      \u2502
\u2502                                                       \u2502
\u2502   46 x_train, y_train = data()                        \u2502
\u2502   47                                                  \u2502
\u2502 \u2771 48 model.fit(x_train, y_train, epochs=5)             \u2502
\u2502   49                                                  \u2502
\u2502                                                       \u2502
\u2502 /home/me/env/lib/python3.11/site-packages/keras/src/u \u2502
\u2502 tils/traceback_utils.py:122 in error_handler          \u2502
\u2570\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u256f
{MESSAGE}
'''
CHAINED = f'''Traceback (most recent call last):
  File "/home/me/env/lib/python3.10/site-packages/keras/engine/training.py", line 10, in run
    a['b']
KeyError: 'b'

During handling of the above exception, another exception occurred:

{PYTHON}'''
USER_CODE = f'''Traceback (most recent call last):
  File "/home/me/project/train.py", line 48, in main
    model.fit(x_train, y_train, epochs=5)
  File "/home/me/env/lib/python3.9/site-packages/keras/utils/traceback_utils.py", line 67, in error_handler
    raise e.with_traceback(filtered_tb) from None
ValueError: in user code:

    File "/home/me/env/lib/python3.9/site-packages/keras/engine/training.py", line 1051, in train_function  *
        return step_function(self, iterator)
    File "/home/me/env/lib/python3.9/site-packages/keras/losses.py", line 1990, in categorical_crossentropy
        return backend.categorical_crossentropy(

    {MESSAGE}
'''
FORMS = {
    "Python": (PYTHON, 48), "Python 3.13": (PYTHON_313, 48), "Windows": (WINDOWS, 12),
    "Spyder": (SPYDER, 40), "IPython 5": (IPYTHON_5, 3), "IPython 7": (IPYTHON_7, 2),
    "IPython 8.0": (IPYTHON_8_0, 3), "IPython 8": (IPYTHON_8, 3), "kernel": (KERNEL, 3),
    "Colab": (COLAB, 3), "Colab on GitHub": (LINKED, 3), "pytest": (PYTEST, 14), "pytest, short": (PYTEST_SHORT, 14),
    "rich": (RICH, 48), "chained": (CHAINED, 48), "in user code": (USER_CODE, 48),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_line_and_the_snippet(form):
    text, line = FORMS[form]
    (finding,) = shapecheck.explain(text).findings
    assert finding.code == "SHP402"
    assert finding.location.line == line
    code = next(str(e.text) for e in finding.evidence
                if e.kind == "code" and "to_categorical" in str(e.text))
    assert "".join(code.split()).rstrip(",)") == (
        "model.fit(x_train,keras.utils.to_categorical(y_train,10),epochs=5")


@pytest.mark.parametrize("form", ["IPython 5", "IPython 7", "IPython 8.0", "IPython 8"])
def test_a_cell_is_named_by_its_prompt(form):
    (finding,) = shapecheck.explain(FORMS[form][0]).findings
    assert finding.location.path is None
    assert finding.location.execution_count == (11 if form == "IPython 7" else 12)


def line_of(text: str) -> Optional[str]:
    own = understood(text).own
    return None if own is None else own.source


@pytest.mark.parametrize("path", [
    "/usr/lib/python3/dist-packages/numpy/core/fromnumeric.py",
    "/home/me/.local/lib/python3.8/site-packages/tensorflow/python/ops/gen_nn_ops.py",
    "C:\\Python39\\lib\\site-packages\\keras\\backend.py", "~/env/lib/python3.9/runpy.py",
    "/tmp/__autograph_generated_filex8k2.py", "<frozen importlib._bootstrap>",
    "/opt/keras/src/layers/layer.py", "D:\\Anaconda3\\envs\\tf\\lib\\runpy.py",
])
def test_a_package_is_not_the_users(path):
    text = (f'  File "train.py", line 3, in <module>\n    model.fit(x, y)\n'
            f'  File "{path}", line 9, in f\n    inner(x)\n{MESSAGE}')
    assert line_of(text) == "model.fit(x, y)"


@pytest.mark.parametrize("path", ["/home/me/keras/train.py", "keras_mnist.py", "src/models/net.py",
                                  "/content/drive/My Drive/tensorflow project/main.py"])
def test_what_only_sounds_like_a_package_is_the_users(path):
    assert line_of(f'  File "{path}", line 3, in <module>\n    model.fit(x, y)\n{MESSAGE}') == (
        "model.fit(x, y)")


@pytest.mark.parametrize(("line", "snippet"), [
    ("model.predict(x[0])", "model.predict(x[0:1])"),
    ("pred = model.predict(x_test[i], verbose=0)[0]",
     "pred = model.predict(x_test[i:i+1], verbose=0)[0]"),
    ("print(np.argmax(model.predict(x[5])))", "print(np.argmax(model.predict(x[5:6])))"),
    ("model.predict([data_x[0][0], data_x[1][0]])",
     "model.predict([data_x[0][0:1], data_x[1][0:1]])"),
    ("model.predict(row)", "model.predict(row[None, :])"),
    ("self.net.predict(state)", "self.net.predict(state[None, :])"),
    ("model.predict([5.1, 3.5, 1.4, 0.2])", "model.predict(np.array([[5.1, 3.5, 1.4, 0.2]]))"),
    ("y = model.predict(df.iloc[0])", "y = model.predict(df.iloc[0:1])"),
    ("if model.predict(x[0]) > 0.5:", "if model.predict(x[0:1]) > 0.5:"),
    ("return model.predict(x[0])", "return model.predict(x[0:1])"),
])
def test_the_snippet_is_the_users_line_mended(line, snippet):
    text = (f'  File "use.py", line 3, in <module>\n    {line}\nValueError: Input 0 of layer '
            '"model" is incompatible with the layer: expected shape=(None, 4), found shape=(4,)')
    (finding,) = shapecheck.explain(text).findings
    assert finding.code == "SHP101"
    assert finding.fix is not None
    assert finding.fix.code == snippet


def test_without_a_line_the_names_are_made_up_and_nothing_claims_to_be_theirs():
    (finding,) = shapecheck.explain(MESSAGE).findings
    assert finding.fix is None
    assert finding.location.line is None
    assert any("sparse_categorical_crossentropy" in str(e.text) for e in finding.evidence)
