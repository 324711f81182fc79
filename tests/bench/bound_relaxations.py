"""How much of `pure_hos2` bounds for prefixes could exclude: see docs/performance.md, "Bounded search".

A node is a prefix with R − k fixed members and k free ones. It is excluded where ψ of all its completions is proved to stay
below the best score of the target. Here proofs are given more than any proof could know: the true values of a part of
the model over the completions. What they can't exclude even so, no bound of this kind excludes.

    GRN_SHARED=… GRN_REACH=reach.json cargo test --release --lib reach -- --ignored --nocapture
    python tests/bench/bound_relaxations.py reach.json      # needs numpy

Everything is linear relaxation: ψ < s for all completions if (h − τu)·x < 0 for each last row x, where h is the head,
τ = (s − shift)/√d, and u any unit vector, since ‖x‖ ≥ u·x. Of rows x = y + F(y) each part is bounded along g = h − τu.
"""

import itertools
import json
import sys

import numpy as np

NODES, TARGETS, COMPLETIONS = 12, 8, 64


class Model:
    """ψ with two layers, in the paper's form."""

    def __init__(self, kept):
        self.heads = kept["residual"]["heads"]
        self.parameters = {
            name.removeprefix("residual."): tensor(value) for name, value in kept["parameters"].items()
        }
        self.z = tensor(kept["embeddings"])
        self.d = self.z.shape[1]
        if kept["residual"]["layers"] != 2:
            sys.exit("expected a model of two layers")
        w, scale, shift = self["head"][0], self["norm_output.weight"], self["norm_output.bias"]
        self.head = w * scale - (w * scale).mean()
        self.shift = w @ shift

    def __getitem__(self, name):
        return self.parameters[name]

    def affine(self, layer, part, x):
        return x @ self[f"{layer}{part}.weight"].T + self[f"{layer}{part}.bias"]

    def norm(self, layer, part, x):
        return unit(x) * self[f"{layer}norm_{part}.weight"] + self[f"{layer}norm_{part}.bias"]

    def split(self, x):
        return x.reshape(*x.shape[:-1], self.heads, self.d // self.heads)

    def attention(self, layer, x):
        """(sets × tokens × d) → weights (sets × queries × tokens × heads), values (sets × tokens × heads × width)."""
        normed = self.norm(layer, "attention", x)
        query, key, value = (self.split(self.affine(layer, part, normed)) for part in ("query", "key", "value"))
        logits = np.einsum("sqhw,sthw->sqth", query, key) / np.sqrt(self.d / self.heads)
        weights = np.exp(logits - logits.max(2, keepdims=True))
        return weights / weights.sum(2, keepdims=True), value

    def attend(self, layer, x):
        weights, value = self.attention(layer, x)
        mixed = np.einsum("sqth,sthw->sqhw", weights, value).reshape(x.shape)
        return x + self.affine(layer, "output", mixed)

    def feedforward(self, layer, x):
        hidden = self.affine(layer, "expand", self.norm(layer, "feedforward", x))
        return x + self.affine(layer, "contract", np.maximum(hidden, 0))

    def first(self, target, sets):
        """Layer 1's output for sets of genes, (sets × tokens × d)."""
        token = self.affine("", "class_token", self.z[target])
        rows = np.concatenate([np.broadcast_to(token, (len(sets), 1, self.d)), self.z[sets]], 1)
        return self.feedforward("layer0.", self.attend("layer0.", rows))


def tensor(kept):
    return np.frombuffer(bytes(kept["numbers"]), "<f4").reshape(kept["shape"]).astype(np.float64)


def centred(x):
    return x - x.mean(-1, keepdims=True)


def unit(x):
    x = centred(x)
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)


def upper_mix(values, least, most):
    """The largest Σ α v over the tokens (first axis) with `least` ≤ α ≤ `most` and Σ α = 1."""
    order = np.argsort(-values, 0)
    values, least, most = (
        np.take_along_axis(np.broadcast_to(x, values.shape), order, 0) for x in (values, least, most)
    )
    left, total = 1 - least.sum(0), (least * values).sum(0)
    for token in range(len(values)):
        more = np.minimum(left, (most - least)[token])
        total, left = total + more * values[token], left - more
    return total


class Node:
    """The true activations of some completions of a prefix."""

    def __init__(self, model, target, sets, goal):
        self.model, d = model, model.d
        self.x = model.first(target, sets)
        self.weights, self.values = model.attention("layer1.", self.x)
        self.y = model.attend("layer1.", self.x)[:, :1]
        rows = model.feedforward("layer1.", self.y)
        self.y, rows = self.y[:, 0], centred(rows[:, 0])
        self.psi = unit(rows) @ model.head + model.shift
        self.goal = goal
        u = rows.mean(0) / np.linalg.norm(rows.mean(0))
        self.g = model.head - (goal - model.shift) / np.sqrt(d) * u
        self.of_outputs = (rows @ self.g).max()
        expand, norm = model["layer1.expand.weight"].T, model["layer1.norm_feedforward.weight"][:, None]
        self.expand = centred((norm * expand).T).T
        self.bias = model["layer1.norm_feedforward.bias"] @ expand + model["layer1.expand.bias"]
        # `g` is centred but for u's rounding, so W_2 needn't be.
        self.along = model["layer1.contract.weight"].T @ centred(self.g)
        self.constant = model["layer1.contract.bias"] @ centred(self.g)

    def relaxed(self, low, high):
        """Slopes and constant of a linear function of the pre-activations that is nowhere below the feed-forward along g."""
        slopes, constant = np.where(low >= 0, self.along, 0.0), self.constant
        open_ = (low < 0) & (high > 0)
        above = open_ & (self.along > 0)
        slope = high[above] / (high[above] - low[above])
        slopes[above] = self.along[above] * slope
        constant -= (self.along[above] * slope * low[above]).sum()
        below = open_ & (self.along <= 0)
        slopes[below] = np.where(high[below] > -low[below], self.along[below], 0)
        return slopes, constant

    def with_feedforward_relaxed(self):
        """All that enters the last feed-forward network is known."""
        hidden = unit(self.y) @ self.expand + self.bias
        slopes, constant = self.relaxed(hidden.min(0), hidden.max(0))
        return (centred(self.y) @ centred(self.g) + hidden @ slopes).max() + constant

    def along_rows(self, directions, least, most):
        """The least and largest of the rows y along `directions` (d × n), tokens and heads apart."""
        model = self.model
        output = model.split(centred(model["layer1.output.weight"].T).T).transpose(1, 2, 0)
        folded = np.einsum("hwd,dn->hwn", output, directions)
        values = np.einsum("sthw,hwn->sthn", self.values, folded)
        low, high = values.min(0), values.max(0)
        tops = sum(upper_mix(high[:, h], least[:, h, None], most[:, h, None]) for h in range(model.heads))
        bottoms = -sum(upper_mix(-low[:, h], least[:, h, None], most[:, h, None]) for h in range(model.heads))
        own = centred(self.x[:, 0]) @ directions
        bias = centred(model["layer1.output.bias"]) @ directions
        return own.min(0) + bottoms + bias, own.max(0) + tops + bias

    def with_attention_relaxed(self, least, most):
        """Layer 1's outputs are known, the last layer's attention weights lie between `least` and `most`."""
        norms = np.linalg.norm(centred(self.y), axis=1)
        scales = np.sqrt(self.model.d) / norms.max(), np.sqrt(self.model.d) / norms.min()
        low, high = self.along_rows(self.expand, least, most)
        low, high = np.minimum(*(low * s for s in scales)), np.maximum(*(high * s for s in scales))
        slopes, constant = self.relaxed(low + self.bias, high + self.bias)
        ends = [
            self.along_rows((centred(self.g) + s * (self.expand @ slopes))[:, None], least, most)[1][0] for s in scales
        ]
        return max(ends) + slopes @ self.bias + constant

    def excluded(self):
        true = self.weights[:, 0]
        nothing, everything = np.zeros(true.shape[1:]), np.ones(true.shape[1:])
        return [
            self.psi.max() < self.goal,
            self.of_outputs < 0,
            self.with_feedforward_relaxed() < 0,
            self.with_attention_relaxed(true.min(0), true.max(0)) < 0,
            self.with_attention_relaxed(nothing, everything) < 0,
        ]


def nodes(model, targets, size, free, random):
    targets = [t for t in targets if t["size"] == size]
    for target in targets[:: max(1, len(targets) // TARGETS)][:TARGETS]:
        candidates = np.array(target["candidates"])
        for _ in range(NODES):
            prefix = sorted(random.choice(len(candidates) - free - 12, size - free, replace=False))
            rest = range(prefix[-1] + 1, len(candidates))
            completions = list(itertools.combinations(rest, free))
            chosen = random.choice(len(completions), min(len(completions), COMPLETIONS), replace=False)
            sets = np.array([[*prefix, *completions[i]] for i in chosen])
            yield Node(model, target["target"], candidates[sets], target["best"])


def main():
    with open(sys.argv[1]) as file:
        reach = json.load(file)
    model = Model(reach["scorer"]["Trained"])
    random = np.random.RandomState(1)
    print("share of nodes that are excluded: in truth | last norm and head relaxed | and the last feed-forward")
    print("  | and the last attention, its weights' true ranges known | and unknown")
    for size, free in [(3, 1), (3, 2), (4, 1), (4, 2)]:
        found = np.array([node.excluded() for node in nodes(model, reach["targets"], size, free, random)])
        print(f"R={size}, {free} free, {len(found)} nodes:", " | ".join(f"{share:.2f}" for share in found.mean(0)))


if __name__ == "__main__":
    main()
