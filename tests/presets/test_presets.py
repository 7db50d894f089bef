from importlib import resources

import pytest

from tui_nn.core.config import NetworkConfig, TrainingConfig
from tui_nn.presets import Preset, PresetError, load_preset, preset_names

SOFTMAX = {"loss": "softmax_cross_entropy"}
FULL = {"optimizer": "sgd", "batch_size": None, "shuffle": False, "reduction": "mean", "l2": 0.0}
# As the notebooks have it: network, training.
NOTEBOOKS = {
    "leaky-he": (
        SOFTMAX
        | {"hidden_sizes": (128,), "activation": "leaky_relu", "leaky_slope": 0.004}
        | {"weight_init": "he_normal", "bias_init": "zeros"},
        FULL | {"learning_rate": 0.3, "epochs": 400, "train_limit": None},
    ),
    "small-normal": (
        SOFTMAX
        | {"hidden_sizes": (128,), "activation": "relu", "weight_init": "normal", "weight_init_scale": 0.01}
        | {"use_bias": True, "bias_init": "zeros"},
        FULL | {"learning_rate": 0.1, "epochs": 1000, "train_limit": None},
    ),
    "wide-he": (
        SOFTMAX | {"hidden_sizes": (532,), "activation": "relu", "weight_init": "he_normal", "bias_init": "zeros"},
        FULL | {"learning_rate": 0.03, "epochs": 250, "train_limit": None},
    ),
    "sigmoid-mse": (
        {"hidden_sizes": (64,), "activation": "sigmoid", "loss": "sigmoid_mse", "use_bias": False, "dtype": "float64"}
        | {"weight_init": "uniform", "weight_init_scale": 1.0},
        FULL
        | {"learning_rate": 0.005, "epochs": 1000, "train_limit": 1000, "reduction": "sum"}
        | {"seed": 40, "generator": "legacy"},
    ),
    "tiny-lecun": (
        SOFTMAX
        | {"hidden_sizes": (10,), "activation": "relu", "weight_init": "lecun_normal"}
        | {"bias_init": "normal", "bias_init_scale": 0.01},
        FULL | {"learning_rate": 0.1, "epochs": 1000, "train_limit": 10_000},
    ),
}


def values(config: NetworkConfig | TrainingConfig, names: dict[str, object]) -> dict[str, object]:
    return {name: getattr(config, name) for name in names}


def test_there_are_the_five_notebooks_and_a_quick_start_first() -> None:
    assert preset_names() == ("quick-start", *NOTEBOOKS)


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_loads_and_says_what_it_is(name: str) -> None:
    preset = load_preset(name)
    assert isinstance(preset, Preset)
    assert preset.name == name
    assert preset.about
    assert preset.reported
    assert "\n" not in preset.about + preset.reported


@pytest.mark.parametrize("name", list(NOTEBOOKS))
def test_a_preset_is_what_its_notebook_does(name: str) -> None:
    network, training = NOTEBOOKS[name]
    preset = load_preset(name)
    assert values(preset.network, network) == network
    assert values(preset.training, training) == training
    assert preset.notebook == f"{list(NOTEBOOKS).index(name):03}"


def test_quick_start_is_what_the_readme_promises() -> None:
    preset = load_preset("quick-start")
    assert preset.network == NetworkConfig(hidden_sizes=(128,), activation="relu", weight_init="he_normal")
    assert preset.training == TrainingConfig(optimizer="momentum", learning_rate=0.1, momentum=0.9, batch_size=64)


def test_a_preset_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(PresetError) as caught:
        load_preset("leaky_he")
    assert str(caught.value).startswith("there is no preset 'leaky_he'; there are: quick-start, leaky-he, ")


def test_a_name_is_no_path() -> None:
    for name in ("../presets/leaky-he", "leaky-he.toml", "", "/etc/passwd"):
        with pytest.raises(PresetError):
            load_preset(name)


def test_the_files_are_in_the_package() -> None:
    files = {file.name for file in resources.files("tui_nn.presets").iterdir()}
    assert {f"{name}.toml" for name in preset_names()} <= files
