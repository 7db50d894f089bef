"""A classifier in the style of scikit-learn. It needs the extra sklearn: pip install 'tui-nn[sklearn]'."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.batch_identity import BatchIdentity, epoch_order
from tui_nn.core.fast.blas import one_thread
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Array, Diverged, Labels
from tui_nn.session.run.epoch import batch_count

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:
    raise ImportError(
        "MLPClassifier needs scikit-learn 1.6 or newer; install it with: pip install 'tui-nn[sklearn]'"
    ) from None

_MOST_ROWS = 4096
"""The largest number of examples in one forward pass. This limit keeps the memory for their activations small."""


class MLPClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A multilayer perceptron for any features and classes, trained by the core of this package.

    The parameters are settings of the app, with the same names, values and meaning. The classifier does not scale the features:
    scale them first, for example with StandardScaler.

    Attributes:
        classes_: the labels of the classes, sorted, shape (k,).
        n_features_in_: the number of features.
        n_iter_: the number of epochs.
        loss_curve_: the mean training loss of each epoch, measured before the updates.
        network_: the trained network.
    """

    def __init__(
        self, hidden_sizes: tuple[int, ...] = (128,), *, activation: str = "relu", weight_init: str = "he_normal",
        loss: str = "softmax_cross_entropy", dtype: str = "float32", optimizer: str = "adam", learning_rate: float = 0.003,
        momentum: float = 0.9, batch_size: int | None = 64, epochs: int = 60, schedule: str = "constant", l1: float = 0.0,
        l2: float = 0.0, dropout: float = 0.0, label_smoothing: float = 0.0, clip_norm: float = 0.0, shuffle: bool = True,
        random_state: Any = None,
    ) -> None:  # fmt: skip
        self.hidden_sizes = hidden_sizes
        self.activation = activation
        self.weight_init = weight_init
        self.loss = loss
        self.dtype = dtype
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.batch_size = batch_size
        self.epochs = epochs
        self.schedule = schedule
        self.l1 = l1
        self.l2 = l2
        self.dropout = dropout
        self.label_smoothing = label_smoothing
        self.clip_norm = clip_norm
        self.shuffle = shuffle
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> MLPClassifier:
        """Train a new network on features (n, d) with labels (n,), and return this classifier.

        Raises:
            ValueError: if the data or a parameter cannot be used, or if the loss becomes infinite.
        """
        X, y = validate_data(self, X, y, dtype=self.dtype)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if not 2 <= len(self.classes_) <= 256:
            raise ValueError(f"y has {len(self.classes_)} class(es), but the classifier needs 2 to 256 classes")
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(2**31)
        given = self.get_params(deep=False) | {"seed": int(seed), "hidden_sizes": tuple(self.hidden_sizes)}
        of_network, of_training = (
            {setting.name: given[setting.name] for setting in table.settings if setting.name in given}
            for table in (NetworkConfig, TrainingConfig)
        )
        network = NetworkConfig(**of_network).for_data(X.shape[1], len(self.classes_))
        training = TrainingConfig(**of_training)
        self.network_ = new_network(network, training.seed, training.generator)
        try:
            self.loss_curve_ = _train(self.network_, np.ascontiguousarray(X), labels.astype(np.uint8), training)
        except Diverged as reason:
            raise ValueError(f"{reason}; choose a smaller learning_rate, or scale the features") from None
        self.n_iter_ = len(self.loss_curve_)
        return self

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Return the probability of each class for features (n, d): (n, k), in the order of `classes_`."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=self.dtype, reset=False)
        with np.errstate(all="ignore"), one_thread():
            parts = range(0, len(X), _MOST_ROWS)
            outputs = np.concatenate([self.network_.layers(X[start : start + _MOST_ROWS])[1][-1] for start in parts])
        # The sigmoid outputs of an example need not add up to 1. So they are divided by their sum.
        found: NDArray[Any] = outputs / outputs.sum(axis=1, keepdims=True)
        return found

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class with the largest output for features (n, d): labels (n,)."""
        outputs = self.predict_proba(X)
        found: NDArray[Any] = self.classes_[outputs.argmax(axis=1)]
        return found


def _train(network: MLP, x: Array, labels: Labels, training: TrainingConfig) -> list[float]:
    """Train the network, and return the mean loss of each epoch.

    Raises:
        Diverged: if the loss or a parameter is not finite.
    """
    step, optimizer = TrainingStep(network), Optimizer(training.optimizer, network.parameters.vector)
    step.by_act = False
    size = training.batch_size or len(x)
    batches, curve = batch_count(len(x), training.batch_size), list[float]()
    for epoch in range(1, training.epochs + 1):
        order, loss = epoch_order(len(x), training, epoch), 0.0
        for batch in range(batches):
            chosen = order[batch * size : (batch + 1) * size]
            identity = BatchIdentity(training.seed, epoch, batch, batches)
            with np.errstate(all="ignore"), one_thread():
                for _ in step.update_acts(x, labels, chosen, optimizer, training, identity):
                    pass
            loss += step.gradient.loss
        curve.append(loss / len(x))
    return curve
