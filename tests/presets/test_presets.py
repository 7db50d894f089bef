from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.dataset import DIGITS, Dataset, Split
from tui_nn.data.formats.idx import CLASS_NAMES
from tui_nn.presets import Preset, PresetError, load_preset, misfits, preset_names, read_preset
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot

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


def test_quick_start_comes_first_then_the_notebooks_in_their_order() -> None:
    names = preset_names()
    assert names[: len(NOTEBOOKS) + 1] == ("quick-start", *NOTEBOOKS)
    assert "best" in names


def test_every_file_of_the_folder_is_a_preset() -> None:
    files = {file.name for file in resources.files("tui_nn.presets").iterdir() if file.name.endswith(".toml")}
    assert {f"{name}.toml" for name in preset_names()} == files


def test_the_notebooks_are_the_presets_with_a_number() -> None:
    assert {name for name in preset_names() if load_preset(name).notebook} == set(NOTEBOOKS)


GOOD = 'about = "a"\nreported = "b"\n[network]\nhidden_sizes = [5]\n[training]\nepochs = 3\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace('about = "a"\n', ""), "mine.toml: the key about is missing: a sentence"),
        (GOOD.replace('"b"', "3"), "mine.toml: reported must be a sentence"),
        ("examples = true\n" + GOOD, "mine.toml: examples must be a whole number"),
        ("colour = 1\n" + GOOD, "mine.toml: there is no key colour; the keys are about, reported"),
        (GOOD.replace("epochs = 3", "epochs = 0"), "mine.toml: epochs"),
        (GOOD.replace("epochs", "epoks"), "mine.toml: .*epoks"),
        (GOOD + "=", "mine.toml: Invalid"),
    ],
)
def test_a_wrong_file_is_named_with_the_key_that_is_wrong(text: str, message: str) -> None:
    assert read_preset("mine", GOOD).training.epochs == 3
    with pytest.raises(PresetError, match=message):
        read_preset("mine", text)


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
    training = TrainingConfig(optimizer="momentum", learning_rate=0.1, momentum=0.9, batch_size=64, validation=0.1)
    assert preset.training == training


def test_a_preset_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(PresetError) as caught:
        load_preset("leaky_he")
    assert str(caught.value).startswith("there is no preset 'leaky_he'; the presets are quick-start, leaky-he, ")


def test_a_name_is_no_path() -> None:
    for name in ("../presets/leaky-he", "leaky-he.toml", "", "/etc/passwd"):
        with pytest.raises(PresetError):
            load_preset(name)


def test_the_files_are_in_the_package() -> None:
    files = {file.name for file in resources.files("tui_nn.presets").iterdir()}
    assert {f"{name}.toml" for name in preset_names()} <= files


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """Of a session on ten empty images."""
    split = Split(np.zeros((10, 784), np.uint8), np.arange(10, dtype=np.uint8))
    data = Dataset("empty", "empty", split, split)
    return Session(data, NetworkConfig(hidden_sizes=(2,)), TrainingConfig()).snapshot()


def told(snapshot: Snapshot, preset: str, there: int, limit: int | None) -> str:
    training = TrainingConfig(train_limit=limit)
    return " ".join(misfits(replace(snapshot, preset=preset, train_examples=there, training=training)))


@pytest.mark.parametrize("name", ["leaky-he", "small-normal", "wide-he"])
def test_a_preset_says_when_there_is_less_than_it_was_made_for(snapshot: Snapshot, name: str) -> None:
    assert told(snapshot, name, 4000, None) == (
        f"the preset {name} was made for 60,000 examples; the data has 4,000, so the run uses all of them"
    )
    assert told(snapshot, name, 60_000, None) == ""


def test_a_train_limit_beyond_the_data_is_named_whatever_the_preset(snapshot: Snapshot) -> None:
    for name in ("tiny-lecun", "quick-start", "leaky-he", "custom"):
        sentence = "the run asks for 10,000 training examples; the data has 4,000, so the run uses all of them"
        assert told(snapshot, name, 4000, 10_000) == sentence
        assert told(snapshot, name, 4000, 4000) == ""


def test_where_fewer_are_wanted_or_nothing_is_known_nothing_is_missing(snapshot: Snapshot) -> None:
    assert told(snapshot, "leaky-he", 500, 500) == ""
    for name in ("quick-start", "custom", "one-of-a-later-version"):
        assert told(snapshot, name, 10, None) == ""


OTHER_DATA = {
    "8x8/10": (8, DIGITS),
    "28x28/26": (28, CLASS_NAMES["emnist-letters"]),
    "28x28/47": (28, CLASS_NAMES["emnist-balanced"]),
}


@pytest.fixture(scope="module", params=OTHER_DATA)
def other_data(request: pytest.FixtureRequest) -> Dataset:
    """Noisy copies of one random picture for each class."""
    side, names = OTHER_DATA[request.param]
    random = np.random.default_rng(0)
    patterns = random.integers(0, 200, (len(names), side * side))

    def split(examples: int) -> Split:
        labels = np.arange(examples, dtype=np.uint8) % len(names)
        noise = random.integers(0, 56, (examples, side * side))
        return Split((patterns[labels] + noise).astype(np.uint8), labels, names)

    return Dataset("other", "other", split(188), split(94))


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_trains_on_data_of_other_sides_and_classes(other_data: Dataset, name: str) -> None:
    preset = load_preset(name)
    session = Session(other_data, preset.network, preset.training, preset=name)
    *_, snapshot = (session.snapshot() for _ in session.run(1))
    records, side = session.history.records, other_data.side
    assert snapshot.network.sizes == (side**2, *preset.network.hidden_sizes, len(other_data.class_names))
    assert np.isfinite([records[0].train_loss, records[1].train_loss]).all()
    assert (name == "best" and side == 8) == any("moves pictures of 8 x 8" in one for one in misfits(snapshot))


@pytest.mark.parametrize(("side", "most"), [(8, 1), (14, 2), (28, 4), (64, 9)])
def test_noise_that_moves_pictures_too_far_is_named_with_a_shift_that_fits(
    snapshot: Snapshot, side: int, most: int
) -> None:
    network = replace(snapshot.network, input_size=side**2)

    def sentences(noise: str, shift: int) -> tuple[str, ...]:
        return misfits(replace(snapshot, network=network, training=TrainingConfig(noise=noise, noise_shift=shift)))

    assert sentences("shift_rotation", most) == ()
    assert sentences("gaussian", most + 1) == ()
    assert sentences("shift", most + 1) == (
        f"the noise moves pictures of {side} x {side} pixels by up to {most + 1} pixels, so parts of them can be lost; "
        f"set noise shift to at most {most}",
    )


def test_what_a_preset_reports_is_of_the_digits_it_was_made_for() -> None:
    for preset in map(load_preset, NOTEBOOKS):
        assert f"{preset.examples or preset.training.train_limit:,} digits" in preset.reported


def test_the_page_of_presets_has_every_notebook_with_what_it_reported() -> None:
    page = (Path(__file__).parents[2] / "docs" / "presets.md").read_text(encoding="utf-8")
    rows = {row.split("|")[1].strip(): row for row in page.splitlines() if row.startswith("| `")}
    for preset in map(load_preset, preset_names()):
        if preset.notebook:
            row = rows[f"`{preset.name}`"]
            assert f"| {preset.notebook} |" in row
            number = preset.result.removeprefix("loss ")
            assert number in row
            assert f"--preset {preset.name}" in page


def test_only_the_quick_start_sets_examples_aside() -> None:
    """The notebooks did not, and `best` reports a result of all training examples."""
    assert [name for name in preset_names() if load_preset(name).training.validation] == ["quick-start"]
