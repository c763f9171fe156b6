"""Modules and layers: parameters, states, scopes, and micrograd's own numbers."""

import json
import random

import pytest

from autograd import Value, graph
from nn import MLP, Layer, Module, Neuron, activations, init


class Pair(Module):
    def __init__(self):
        self.first = Neuron(2, seed=1)
        self.others = {"x": [Neuron(1, seed=2)], "y": (Value(3.0, "v"),)}
        self.again = self.first
        self.text = "not a parameter"
        self.last_loss = None

    def forward(self, x):
        self.last_loss = self.first(x) * self.others["y"][0]
        return self.last_loss


def test_parameters_are_found_in_attributes_once_and_in_order():
    pair = Pair()
    pair([1.0, 2.0])
    assert [name for name, _ in pair.named_parameters()] == [
        "first.w.0", "first.w.1", "first.b", "others.x.0.w.0", "others.x.0.b",
        "others.y.0",
    ]  # fmt: skip
    assert pair.parameters() == [p for _, p in pair.named_parameters()]
    pair.me = pair  # a module may even hold itself
    assert len(pair.parameters()) == 6


def test_zero_grad_resets_every_parameter():
    model = MLP(2, [3, 1], seed=0)
    model([1.0, -2.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert not any(p.grad for p in model.parameters())


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="Module has no forward"):
        Module()(1)


# --- micrograd's contract --------------------------------------------------------


def test_weights_are_micrograd_s_under_its_seed():
    # the order in which micrograd's constructors draw: neuron by neuron, w before b
    random.seed(1337)
    expected = []
    for nin, nout in ((2, 16), (16, 16), (16, 1)):
        for _ in range(nout):
            expected += [random.uniform(-1, 1) for _ in range(nin)] + [0.0]
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    assert [p.data for p in model.parameters()] == expected
    assert len(expected) == 337


def test_constructors_calls_and_names_as_micrograd():
    assert repr(MLP(2, [2, 1])) == (
        "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"
    )
    neuron = Neuron(3, nonlin=False)
    assert repr(neuron) == "LinearNeuron(3)" and len(neuron.w) == 3
    assert neuron.parameters() == [*neuron.w, neuron.b]
    layer = Layer(2, 2, nonlin=False)
    out = layer([1.0, Value(2.0)])
    assert isinstance(out, list) and len(out) == 2
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    assert isinstance(MLP(2, [4, 1])([1.0, 2.0]), Value)


def test_the_unfused_neuron_records_every_plus_and_times():
    neuron = Neuron(3, seed=1)
    y = neuron([1.0, 2.0, 3.0])
    assert [node.op for node in graph.nodes(y) if node.op] == ["*", "+"] * 3 + ["relu"]
    by_hand = neuron.b.data
    for w, x in zip(neuron.w, [1.0, 2.0, 3.0]):
        by_hand += w.data * x
    assert y.data == max(by_hand, 0.0)


def test_the_fused_neuron_has_the_same_gradient():
    xs = [0.5, -1.0, 2.0]
    gradients = []
    for fused in (False, True):
        model = MLP(3, [4, 1], activation="tanh", seed=3, fused=fused)
        y = model(xs)
        y.backward()
        gradients.append((y.data, [p.grad for p in model.parameters()]))
        assert ("dot" in {node.op for node in graph.nodes(y)}) is fused
    assert gradients[0][0] == pytest.approx(gradients[1][0], rel=1e-14)
    assert gradients[0][1] == pytest.approx(gradients[1][1], rel=1e-12)


# --- options ---------------------------------------------------------------------


def test_seeds_repeat_and_leave_the_module_random_alone():
    random.seed(5)
    state = random.getstate()
    numbers = [MLP(2, [3, 1], seed=7).state_dict() for _ in range(2)]
    assert numbers[0] == numbers[1]
    assert random.getstate() == state
    assert MLP(2, [3, 1], seed=8).state_dict() != numbers[0]


@pytest.mark.parametrize("name", activations.NAMES)
def test_every_activation_is_known_by_name(name):
    model = MLP(2, [3, 1], activation=name, seed=0)
    y = model([0.3, -0.2])
    y.backward()
    assert name.capitalize() in repr(model) or name == "relu"
    assert y.data == y.data


def test_an_activation_may_be_a_function():
    def cube(x):
        return x**3

    neuron = Neuron(1, activation=cube, init="zeros")
    neuron.b.data = 2.0
    assert neuron([1.0]).data == 8.0
    assert repr(neuron) == "CubeNeuron(1)"


@pytest.mark.parametrize(
    ("name", "variance"),
    [("uniform", 1 / 3), ("he", 2 / 50), ("xavier", 2 / 80), ("lecun", 1 / 50)],
)
def test_inits_have_their_variance(name, variance):
    weights = [w.data for n in Layer(50, 30, init=name, seed=0).neurons for w in n.w]
    measured = sum(w * w for w in weights) / len(weights)
    assert measured == pytest.approx(variance, rel=0.12)
    assert abs(sum(weights) / len(weights)) < 4 * (variance / 1500) ** 0.5
    assert name in init.NAMES


def test_modules_open_a_scope_each():
    y = MLP(2, [2, 1], seed=0)([1.0, 2.0])
    names = []
    scope = y._scope
    while scope is not None:
        names.append(scope.name)
        scope = scope.parent
    assert names == ["neuron 0", "layer 1", "MLP"]


def test_labels_of_parameters():
    assert [p.label for p in Neuron(2).parameters()] == ["w0", "w1", "b"]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Neuron(0), ValueError, "nin"),
        (lambda: Neuron(2.0), ValueError, "nin"),
        (lambda: Layer(2, -1), ValueError, "nout"),
        (lambda: MLP(2, 3), TypeError, "nouts"),
        (lambda: MLP(2, []), ValueError, "nouts"),
        (lambda: MLP(2, [3, "1"]), ValueError, "nouts"),
        (lambda: MLP(2, [1], activation="rleu"), ValueError, "rleu.*relu"),
        (lambda: MLP(2, [1], init="hee"), ValueError, "hee.*he"),
        (lambda: MLP(2, [1], seed="x"), TypeError, "seed"),
        (lambda: MLP(2, [1])([1.0]), ValueError, "has 1 numbers.*takes 2"),
        (lambda: MLP(2, [1])([1.0, 2.0, 3.0]), ValueError, "has 3 numbers"),
        (lambda: MLP(2, [1])("ab"), TypeError, "list of 2 numbers"),
        (lambda: Neuron(1)(3.0), TypeError, "list of 1 numbers"),
    ],
)
def test_errors_name_the_argument(make, error, words):
    with pytest.raises(error, match=words):
        make()


# --- states ----------------------------------------------------------------------


def test_a_state_comes_back_bit_for_bit(tmp_path):
    model = MLP(2, [3, 1], seed=1)
    model.parameters()[0].data = 0.1 + 0.2
    model.parameters()[1].data = float("inf")
    model.parameters()[2].data = 5e-324
    path = model.save(tmp_path / "model.json")
    other = MLP(2, [3, 1], seed=2)
    other.load(path)
    assert other.state_dict() == model.state_dict()
    assert json.loads(path.read_text())["state"]["layers.0.neurons.0.b"] == 5e-324


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: state.pop("layers.0.neurons.0.b"),
        lambda state: state.update(extra=1.0),
        lambda state: state.update({"layers.1.neurons.0.b": "text"}),
        lambda state: state.update({"layers.1.neurons.0.b": None}),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(spoil):
    model = MLP(2, [3, 1], seed=1)
    before = model.state_dict()
    state = {name: number + 1 for name, number in before.items()}
    spoil(state)
    with pytest.raises((ValueError, TypeError)):
        model.load_state_dict(state)
    assert model.state_dict() == before


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": "scalar-autograd state", "version": 2}']
)
def test_a_file_that_is_not_a_state_is_named(tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text)
    model = MLP(2, [1])
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"broken\.json"):
        model.load(path)
    assert model.state_dict() == before


def test_saving_is_whole_or_not_at_all(tmp_path, monkeypatch):
    model = MLP(2, [1], seed=1)
    path = model.save(tmp_path / "model.json")
    old = path.read_text()

    def broken(*names):
        raise OSError("the disk is full")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(OSError, match="full"):
        MLP(2, [1], seed=2).save(path)
    assert path.read_text() == old
    assert [*tmp_path.iterdir()] == [path]


def test_predict_records_nothing():
    model = MLP(2, [3, 2], seed=0)
    outputs = model.predict([[1.0, 2.0], [3.0, 4.0]])
    assert [[type(y) for y in ys] for ys in outputs] == [[float, float]] * 2
    assert outputs[0] == [y.data for y in model([1.0, 2.0])]
