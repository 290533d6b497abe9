"""Run every program of the corpus on real Keras and say what each one does.

    python tests/corpus/run_corpus.py [--generation 2|3] [--write] [PART_OF_PATH ...]

Not a test (minutes, and it wants TensorFlow, scikit-learn, pandas, Pillow, OpenCV): it shows that
each bad program raises, on the marked line, or goes silently wrong, and that each good one runs.
Nothing is downloaded: data sets, files and checkpoints are replaced by random ones of the same
shape, training is cut to a few batches. Programs with transformers or tf_keras run on Keras 2
(`TF_USE_LEGACY_KERAS=1`), all others on Keras 3; each generation in a process of its own.
`--write` renews that generation's lines of truth.tsv.
"""

import argparse
import contextlib
import gc
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import types
import warnings
from pathlib import Path

HERE = Path(__file__).parent
TRUTH = HERE / "truth.tsv"

# What the files that programs read would hold. CSV: columns, a name with = has string values.
CSV = {
    "insurance.csv": "age bmi children smoker charges",
    "housing.csv": "rooms area year garage distance price",
    "AAPL.csv": "Open High Low Close Volume",
    "titanic.csv": "Survived Pclass Sex=male,female Age Fare",
    "churn.csv": "id tenure calls plan=a,b,c churn",
    "energy.csv": "date=2020-01-01 load temp wind",
    "reviews.csv": "text=good,bad,so#so label",
    "pima.csv": "0 1 2 3 4 5 6 7 8",
    "wine.csv": "acid sugar salt ph alcohol quality",
}
ROWS = {"AAPL.csv": 1259, "energy.csv": 600}
NPY = {  # shape, and the highest integer or None for floats
    "faq_ids.npy": ((1200, 256), 29999),
    "tokens.npy": ((5000, 120), 8421),
    "x_valid.npy": ((400, 6), None),
    "y_valid.npy": ((400,), None),
    "spectra.npy": ((320, 200), None),
    "frames.npy": ((64, 3, 48, 48), None),
    "signal.npy": ((900, 8), None),
}
CLASSES = {"flowers5": 5, "animals3": 3}  # sub-folders of an image folder; others have 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--generation", choices=["2", "3"])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("part", nargs="*")
    args = parser.parse_args()
    if args.generation is None:
        for generation in "32":
            subprocess.run([sys.executable, __file__, "--generation", generation, *sys.argv[1:]])
        return
    os.environ["TF_USE_LEGACY_KERAS"] = "1" if args.generation == "2" else "0"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["MPLBACKEND"] = "Agg"
    os.environ["HF_HUB_OFFLINE"] = "1"
    stubs = Stubs(args.generation)
    lines = {}
    for path in programs():
        name = path.relative_to(HERE).as_posix()
        if args.part and not any(part in name for part in args.part):
            continue
        if not path.exists():  # renamed while this runs
            continue
        cells = list(read(path))
        if generation_of("".join(text for _, text in cells)) != args.generation:
            continue
        start = time.time()
        outcome = stubs.run(path, cells)
        verdict = judge(path, cells, outcome)
        print(f"{verdict:7} {name} ({time.time() - start:.1f} s) {outcome[:180]}", flush=True)
        lines[name] = f"{name}\tkeras {args.generation}\t{outcome[:160]}"
    if args.write:
        known = {}
        if TRUTH.exists():
            known = {line.split("\t")[0]: line for line in TRUTH.read_text("utf-8").splitlines()}
        present = {path.relative_to(HERE).as_posix() for path in programs()}
        known = {k: v for k, v in {**known, **lines}.items() if k in present}
        TRUTH.write_text("".join(known[name] + "\n" for name in sorted(known)), "utf-8")


def programs():
    return sorted(p for p in HERE.glob("*/*") if p.suffix in (".py", ".ipynb"))


def generation_of(text):
    return "2" if re.search(r"transformers|tf_keras", text) else "3"


def read(path):
    """(cell or None, source) in the order in which the cells were run."""
    if path.suffix == ".py":
        yield None, path.read_text("utf-8")
        return
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [(i, c) for i, c in enumerate(cells) if c["cell_type"] == "code"]
    if all(c["execution_count"] for _, c in code):
        code.sort(key=lambda pair: pair[1]["execution_count"])
    for i, cell in code:
        source = "".join(cell["source"])
        if re.match(r"%%(?!time|capture)", source):
            continue
        source = re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M)
        yield i, re.sub(r"^[\w.]+\?+$", "pass", source, flags=re.M)


def judge(path, cells, outcome):
    """ok, or what a person should look at."""
    if path.stem.startswith("good"):
        return "ok" if outcome == "runs" else "LOOK"
    if outcome == "runs":
        return "silent"
    marked = {
        (cell, number)
        for cell, text in cells
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(r"# (expect|or|also): SHP", line)
    }
    where = re.match(r"(?:cell (\d+) )?line (\d+): ", outcome)
    here = where and (where[1] and int(where[1]), int(where[2]))
    return "ok" if here in marked else "LINE"


class Stubs:
    def __init__(self, generation):
        import numpy as np
        import tensorflow as tf

        self.np, self.tf, self.generation = np, tf, generation
        self.keras = __import__("tf_keras" if generation == "2" else "keras")
        self.rng = np.random.default_rng(0)
        self.cache = {}
        with contextlib.suppress(ImportError):
            import sklearn  # noqa: F401
        self.datasets()
        self.arrays()
        self.tables()
        self.pictures()
        self.models()
        self.training()
        if generation == "2":
            self.checkpoints()

    def run(self, path, cells):
        keras, tf = self.keras, self.tf
        keras.backend.clear_session()
        keras.mixed_precision.set_global_policy("float32")
        gc.collect()
        self.np.random.seed(0)
        module = types.ModuleType("__main__")
        space = module.__dict__
        if not re.search(r"^\s*(import|from) ", "\n".join(text for _, text in cells), re.M):
            exec(FRAGMENT, space)
        argv, folder, real_main = sys.argv, os.getcwd(), sys.modules["__main__"]
        sys.modules["__main__"] = module
        sys.argv = [path.name]
        out = io.StringIO()

        def too_long(*_):
            raise TimeoutError("300 s")

        signal.signal(signal.SIGALRM, too_long)
        signal.alarm(300)
        try:
            with tempfile.TemporaryDirectory() as tmp, contextlib.redirect_stdout(out):
                os.chdir(tmp)
                with contextlib.redirect_stderr(out), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    for cell, text in cells:
                        exec(compile(text, f"<corpus {cell}>", "exec"), space)
            return "runs"
        except BaseException as error:  # whatever a program does is its answer
            if isinstance(error, SystemExit) and not error.code:
                return "runs"
            message = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
            message = re.sub(r'File "[^"]*/site-packages/', 'File "', message)
            message = re.sub(r"\s+", " ", re.sub(r"0x[0-9a-f]+", "0x", message)).strip()
            return f"{self.line(error)}: {type(error).__name__}: {message[:90]}"
        finally:
            signal.alarm(0)
            os.chdir(folder)
            sys.argv = argv
            sys.modules["__main__"] = real_main
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].close("all")
            tf.get_logger().setLevel("ERROR")

    @staticmethod
    def line(error):
        """The last line of the program itself that the traceback passes."""
        found = "line ?"
        tb = error.__traceback__
        while tb is not None:
            cell = re.match(r"<corpus (None|\d+)>", tb.tb_frame.f_code.co_filename)
            if cell:
                at = "" if cell[1] == "None" else f"cell {cell[1]} "
                found = f"{at}line {tb.tb_lineno}"
            tb = tb.tb_next
        return found

    def once(self, key, make):
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]

    # --- data sets

    def images(self, shape, classes, column):
        def load_data(label_mode=None):
            def make():
                parts = []
                for n in (50000, 10000) if column else (60000, 10000):
                    x = self.rng.integers(0, 256, (n, *shape), dtype="uint8")
                    y = self.rng.integers(0, classes, (n, 1) if column else (n,))
                    parts.append((x, y.astype("uint8")))
                return tuple(parts)

            return self.once((shape, classes, column), make)

        return load_data

    def words(self, rows, tests, classes):
        np = self.np

        def load_data(path=None, num_words=None, maxlen=None, test_split=0.2, **_):
            top = num_words or 88000

            def make():
                parts = []
                for n in (rows, tests):
                    x = np.empty(n, dtype=object)
                    lengths = self.rng.integers(20, 200, n)
                    for i, length in enumerate(lengths):
                        x[i] = self.rng.integers(1, top, length).tolist()
                    x[0][-1] = top - 1
                    parts.append((x, self.rng.integers(0, classes, n)))
                return tuple(parts)

            return self.once(("words", rows, top), make)

        return load_data

    def table(self, rows, tests, width):
        def load_data(**_):
            rng = self.rng
            return tuple((rng.random((n, width)), rng.random(n) * 50) for n in (rows, tests))

        return load_data

    def datasets(self):
        fakes = {
            "mnist": self.images((28, 28), 10, False),
            "fashion_mnist": self.images((28, 28), 10, False),
            "cifar10": self.images((32, 32, 3), 10, True),
            "cifar100": self.images((32, 32, 3), 100, True),
            "imdb": self.words(25000, 25000, 2),
            "reuters": self.words(8982, 2246, 46),
            "boston_housing": self.table(404, 102, 13),
            "california_housing": self.table(16512, 4128, 8),
        }
        words = {f"w{i}": i for i in range(1, 88585)}
        for name, load_data in fakes.items():
            module = getattr(self.keras.datasets, name, None)
            if module is None:  # Keras 2 has no california_housing
                continue
            everywhere(module.load_data, load_data)
            if hasattr(module, "get_word_index"):
                everywhere(module.get_word_index, lambda *_, **__: dict(words))
        with contextlib.suppress(ImportError):
            import sklearn.datasets as sets
            from sklearn.utils import Bunch

            rng = self.rng

            def california(return_X_y=False, **_):
                x, y = rng.random((20640, 8)), rng.random(20640)
                names = [f"f{i}" for i in range(8)]
                return (x, y) if return_X_y else Bunch(data=x, target=y, feature_names=names)

            sets.fetch_california_housing = california

    # --- files

    def arrays(self):
        np, rng = self.np, self.rng
        load = np.load

        def np_load(file, *args, **kwargs):
            name = os.path.basename(str(file))
            if os.path.exists(file):
                return load(file, *args, **kwargs)
            shape, top = NPY[name]
            if top is None:
                return rng.random(shape)
            data = rng.integers(1, top, shape)
            data.flat[0] = top
            return data

        np.load = np_load
        for reader in ("loadtxt", "genfromtxt"):
            wrap(
                np,
                reader,
                lambda real: (
                    lambda file, *a, **k: (
                        rng.random((768, len(CSV[file].split())))
                        if isinstance(file, str) and file in CSV
                        else real(file, *a, **k)
                    )
                ),
            )

    def tables(self):
        import pandas as pd

        rng = self.rng

        def read_csv(path, header="infer", names=None, usecols=None, **_):
            n = ROWS.get(path, 240)
            data = {}
            for i, column in enumerate(CSV[path].split()):
                name, _, values = column.partition("=")
                if values:
                    values = [v.replace("#", " ") for v in values.split(",")]
                    data[name] = [values[j % len(values)] for j in range(n)]
                elif name in ("Survived", "churn", "label", "id", "Pclass"):
                    data[name] = rng.integers(0, 2, n)
                else:
                    data[name] = rng.random(n)
                if header is None:
                    data[i] = data.pop(name)
            frame = pd.DataFrame(data)
            if names is not None:
                frame.columns = names
            return frame if usecols is None else frame[usecols]

        pd.read_csv = read_csv

    def pictures(self):
        rng = self.rng
        with contextlib.suppress(ImportError):
            import cv2

            def imread(path, flag=1):
                shape = (480, 640) if flag == 0 else (480, 640, 3)
                return rng.integers(0, 256, shape, dtype="uint8")

            cv2.imread = imread
        with contextlib.suppress(ImportError):
            from PIL import Image

            opened = Image.open

            def image_open(file, *args, **kwargs):
                if isinstance(file, (str, Path)) and not os.path.exists(file):
                    file = picture(Path(tempfile.gettempdir()) / "corpus.png", rng)
                return opened(file, *args, **kwargs)

            Image.open = image_open
        load_img = self.keras.utils.load_img
        everywhere(load_img, lambda path, *a, **k: load_img(picture(Path(path), rng), *a, **k))
        from_directory = self.keras.utils.image_dataset_from_directory

        def image_dataset(folder, *args, **kwargs):
            pictures(folder, rng)
            return from_directory(folder, *args, **kwargs)

        everywhere(from_directory, image_dataset)
        generator = self.tf.keras.preprocessing.image.ImageDataGenerator
        wrap(
            generator,
            "flow_from_directory",
            lambda real: (
                lambda me, folder, *a, **k: (pictures(folder, rng), real(me, folder, *a, **k))[1]
            ),
        )

    def models(self):
        load_model = self.keras.models.load_model

        def pump(path, **kwargs):
            if os.path.exists(path):
                return load_model(path, **kwargs)
            layers = self.keras.layers
            return self.keras.Sequential([layers.Input((6,)), layers.Dense(1)])

        everywhere(load_model, pump)
        for name in ("google", "google.colab", "google.colab.drive"):
            sys.modules.setdefault(name, types.ModuleType(name))
        sys.modules["google.colab"].drive = sys.modules["google.colab.drive"]
        sys.modules["google.colab.drive"].mount = lambda *_: None
        own = types.ModuleType("mymodels")

        def get_model(width=40, flatten=False):
            layers = self.keras.layers
            return self.keras.Sequential(
                [
                    layers.Input((200, 1)),
                    layers.Conv1D(32, 3, activation="relu"),
                    layers.Dense(width, activation="relu"),
                    *([layers.Flatten()] if flatten else []),
                    layers.Dense(3, activation="softmax"),
                ]
            )

        own.get_model = get_model
        sys.modules["mymodels"] = own
        for name in dir(self.keras.applications):
            make = getattr(self.keras.applications, name)
            if isinstance(make, types.FunctionType):
                everywhere(make, unweighted(make))

    # --- training

    def training(self):
        for name in ("fit", "evaluate"):
            wrap(
                self.keras.Model,
                name,
                lambda real, name=name: shortened(real, name == "fit", self.tf.data.Dataset),
            )
        self.keras.utils.plot_model = lambda *a, **k: None

    # --- checkpoints

    def checkpoints(self):
        import transformers as hf

        folder = Path(tempfile.mkdtemp())
        letters = [chr(c) for c in range(33, 127)]
        vocab = ["[PAD]", *(f"[unused{i}]" for i in range(99)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        vocab += letters + ["##" + c for c in letters]
        vocab += [f"filler{i}" for i in range(30522 - len(vocab))]
        (folder / "vocab.txt").write_text("\n".join(vocab), "utf-8")

        def tokenizer(cls, name="bert", *args, **kwargs):
            if cls is hf.AutoTokenizer:
                distil = "distil" in name
                cls = hf.DistilBertTokenizerFast if distil else hf.BertTokenizerFast
            return cls(str(folder / "vocab.txt"), model_max_length=512)

        kinds = "AutoTokenizer BertTokenizer BertTokenizerFast DistilBertTokenizer"
        for kind in (kinds + " DistilBertTokenizerFast").split():
            getattr(hf, kind).from_pretrained = classmethod(tokenizer)

        def model(cls, name="bert", *args, config=None, **kwargs):
            if config is None:
                distil = cls.config_class is hf.DistilBertConfig
                small = (
                    {"n_layers": 1, "hidden_dim": 64}
                    if distil
                    else {"num_hidden_layers": 1, "intermediate_size": 64}
                )
                kept = ("num_labels", "output_hidden_states", "id2label", "label2id")
                config = cls.config_class(**small, **{k: kwargs[k] for k in kept if k in kwargs})
            return cls(config)

        hf.TFPreTrainedModel.from_pretrained = classmethod(model)

        def auto(cls, name="bert", **kwargs):
            kind = "TFDistilBert" if "distil" in name else "TFBert"
            target = cls.__name__.replace("TFAutoModel", "")
            return getattr(hf, kind + (target or "Model")).from_pretrained(name, **kwargs)

        for task in ("", "ForSequenceClassification", "ForTokenClassification", "ForMaskedLM"):
            getattr(hf, "TFAutoModel" + task).from_pretrained = classmethod(auto)


FRAGMENT = """
import numpy as np, pandas as pd, tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers, models, Sequential, Model, Input
from tensorflow.keras.layers import *
from tensorflow.keras.models import *
from tensorflow.keras.utils import to_categorical
"""


def cut(value, rows):
    """The first rows of each array in it."""
    if isinstance(value, dict):
        return {k: cut(v, rows) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(cut(v, rows) for v in value)
    if isinstance(value, list) and value and hasattr(value[0], "shape"):
        return [cut(v, rows) for v in value]
    return value[:rows] if hasattr(value, "shape") and len(value) > rows else value


def counts(value):
    """The numbers of rows of the arrays in it."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return {n for v in value for n in counts(v)}
    shape = getattr(value, "shape", None)
    return {shape[0]} if shape is not None and len(shape) else set()


def shortened(real, is_fit, dataset_class):
    """fit or evaluate over one epoch and a few batches, and the partial batch with them."""

    def call(model, x=None, y=None, *args, **kwargs):
        if isinstance(x, dataset_class):
            if "steps_per_epoch" not in kwargs and "steps" not in kwargs:
                x = x.take(3)
        else:
            n = counts([x, y])
            size = kwargs.get("batch_size") or 32
            if len(n) == 1 and max(n) > max(4096, 8 * size) and "sample_weight" not in kwargs:
                x, y = cut((x, y), 3 * size + max(n) % size)
        if is_fit:
            one_epoch(kwargs)
        return real(model, x, *([] if y is None else [y]), *args, **kwargs)

    return call


def one_epoch(kwargs):
    kwargs["epochs"] = 1
    kwargs.pop("initial_epoch", None)
    data = kwargs.get("validation_data")
    if isinstance(data, tuple) and len(counts(list(data))) == 1:
        kwargs["validation_data"] = cut(data, 100)
    for key in ("steps_per_epoch", "validation_steps"):
        if kwargs.get(key):
            kwargs[key] = min(2, kwargs[key])


def everywhere(real, fake):
    """Replace a function in each module of the frameworks that holds it."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("keras", "tf_keras", "tensorflow.keras")):
            for key, value in list(vars(module).items()):
                if value is real:
                    setattr(module, key, fake)


def wrap(owner, name, around):
    real = getattr(owner, name)
    setattr(owner, name, around(real))


def unweighted(make):
    def application(*args, **kwargs):
        if args and args[0] in (True, False):
            kwargs["include_top"], args = args[0], args[1:]
        kwargs["weights"] = None
        return make(**kwargs)

    return application


def picture(path, rng):
    import numpy as np
    from PIL import Image

    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = rng.integers(0, 256, (40, 48, 3), dtype="uint8")
        Image.fromarray(np.asarray(noise)).save(path)
    return str(path)


def pictures(folder, rng):
    base = Path(folder)
    if not base.exists():
        for i in range(next((n for key, n in CLASSES.items() if key in folder), 2)):
            for j in range(10):
                picture(base / f"class_{i}" / f"{j}.png", rng)


if __name__ == "__main__":
    main()
