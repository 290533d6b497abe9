# 10-fold cross validation on the Pima table, and a last model on everything.
import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.metrics import confusion_matrix, f1_score, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import StandardScaler

np.random.seed(7)
FOLDS = 3
EPOCHS = 1
NAMES = ["preg", "plas", "pres", "skin", "test", "mass", "pedi", "age", "class"]


def read():
    df = pd.read_csv("pima.csv", header=None, names=NAMES)
    X = df.drop("class", axis=1)
    y = (df["class"] > 0.5).astype(int)
    return X, y


def impute(X):
    X = X.copy()
    for column in ["plas", "pres", "skin", "mass"]:
        X[column] = X[column].replace(0, np.nan)
        X[column] = X[column].fillna(X[column].mean())
    return X


def create_baseline(n_in, hidden=(12, 8)):
    model = tf.keras.models.Sequential()
    model.add(tf.keras.layers.Dense(hidden[0], input_shape=(n_in,), activation="relu"))
    for units in hidden[1:]:
        model.add(tf.keras.layers.Dense(units, activation="relu"))
    model.add(tf.keras.layers.Dense(1, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def one_fold(X, y, train, test):
    scaler = StandardScaler().fit(X[train])
    X_train, X_test = scaler.transform(X[train]), scaler.transform(X[test])
    y_train, y_test = y[train], y[test]

    model = create_baseline(X_train.shape[1])
    model.fit(X_train, y_train, epochs=EPOCHS, batch_size=10, verbose=0)
    scores = model.evaluate(X_test, y_test, verbose=0)
    print("%s: %.2f%%" % ("accuracy", scores[1] * 100))

    prob = model.predict(X_test, verbose=0)
    pred = (prob > 0.5).astype(int).reshape(-1)
    return {
        "accuracy": scores[1],
        "by hand": np.mean(pred == y_test),
        "auc": roc_auc_score(y_test, prob) if len(set(y_test)) == 2 else np.nan,
        "f1": f1_score(y_test, pred, zero_division=0),
        "table": confusion_matrix(y_test, pred, labels=[0, 1]),
        "prob": prob[:, 0],
    }


def cross_validate(X, y):
    out_of_fold = np.zeros(len(y))
    results = []
    kfold = StratifiedKFold(n_splits=FOLDS, shuffle=True, random_state=7)
    for train, test in kfold.split(X, y):
        r = one_fold(X, y, train, test)
        out_of_fold[test] = r["prob"]
        results.append(r)
    return results, out_of_fold


def cross_validate_regression(X, target):
    errors = []
    for train, test in KFold(n_splits=FOLDS).split(X):
        model = tf.keras.Sequential([
            tf.keras.layers.Input((X.shape[1],)),
            tf.keras.layers.Dense(10, activation="relu"),
            tf.keras.layers.Dense(1),
        ])
        model.compile("adam", "mae")
        model.fit(X[train], target[train], epochs=EPOCHS, verbose=0)
        pred = model.predict(X[test], verbose=0).ravel()
        errors.append(np.abs(pred - target[test]).mean())
    return np.array(errors)


X, y = read()
X = impute(X)
columns = list(X.columns)
X, y = X.to_numpy(dtype="float32"), y.to_numpy()
print(X.shape, y.shape, columns)

results, out_of_fold = cross_validate(X, y)
accuracies = [r["accuracy"] for r in results]
print("%.2f%% (+/- %.2f%%)" % (np.mean(accuracies) * 100, np.std(accuracies) * 100))
print("table\n", sum(r["table"] for r in results))
print("out of fold", np.mean((out_of_fold > 0.5) == y))

errors = cross_validate_regression(X[:, :7], X[:, 7])
print("age from the rest", errors.mean(), errors.shape)

final = create_baseline(X.shape[1], hidden=(16, 8, 4))
mean, std = X.mean(axis=0), X.std(axis=0)
final.fit((X - mean) / std, y, epochs=EPOCHS, verbose=0)
patient = np.array([2, 120, 70, 30, 80, 31.5, 0.5, 41])
patient = ((patient - mean) / std).reshape(1, -1)
print("risk", final.predict(patient)[0][0])
importance = {}
for i, name in enumerate(columns):
    shuffled = X.copy()
    shuffled[:, i] = np.random.permutation(shuffled[:, i])
    loss, accuracy = final.evaluate((shuffled - mean) / std, y, verbose=0)
    importance[name] = accuracy
print(sorted(importance.items(), key=lambda kv: kv[1]))
