"""Writes optimizers.json, schedules.json and losses.json beside this file: what PyTorch computes in float64.

Usage: python tests/golden/training/makeTrainingGoldens.py (needs torch and numpy). Lion, LARS, LAMB and Muon are written
here from their papers, since PyTorch lacks them or rounds to bfloat16.
"""
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

here = pathlib.Path(__file__).parent
random = np.random.default_rng(7)
STEPS = 20
KEPT = [1, 2, 3, 6, 10, 20]


def rounded(x):
    return [float(f"{v:.9g}") for v in np.asarray(x, dtype=np.float64).ravel()]


def write(name, content):
    (here / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


# ---- optimizers -------------------------------------------------------------------------------------------------

shapes = [(3, 4), (4,)]
initial = [np.float32(random.normal(size=s)).astype(np.float64) for s in shapes]
gradients = [[np.float32(random.normal(size=s) * 0.5).astype(np.float64) for s in shapes] for _ in range(STEPS)]
gradients[3][1][0] = 0.0


def run_torch(make):
    parameters = [torch.tensor(p, requires_grad=True) for p in initial]
    optimizer = make(parameters)
    kept = []
    for step in range(1, STEPS + 1):
        for parameter, gradient in zip(parameters, gradients[step - 1]):
            parameter.grad = torch.tensor(gradient)
        optimizer.step()
        if step in KEPT:
            kept.append([rounded(p.detach().numpy()) for p in parameters])
    return kept


def run_numpy(make):
    parameters = [p.copy() for p in initial]
    rules = [make() for _ in parameters]
    kept = []
    for step in range(1, STEPS + 1):
        for i, rule in enumerate(rules):
            parameters[i] = rule(parameters[i], gradients[step - 1][i], step)
        if step in KEPT:
            kept.append([rounded(p) for p in parameters])
    return kept


def lion(lr, wd, b1=0.9, b2=0.99):
    def make():
        m = 0.0

        def rule(w, g, _step):
            nonlocal m
            u = np.sign(b1 * m + (1 - b1) * g)
            m = b2 * m + (1 - b2) * g
            return w - lr * (u + wd * w)

        return rule

    return make


def lars(lr, wd, momentum=0.9, trust=0.001, eps=1e-8):
    def make():
        v = 0.0

        def rule(w, g, _step):
            nonlocal v
            local = 1.0
            if w.ndim > 1:
                wn, gn = np.linalg.norm(w), np.linalg.norm(g)
                local = trust * wn / (gn + wd * wn + eps) if wn > 0 and gn > 0 else 1.0
            v = momentum * v + lr * local * (g + wd * w)
            return w - v

        return rule

    return make


def lamb(lr, wd, b1=0.9, b2=0.999, eps=1e-6):
    def make():
        m = v = 0.0

        def rule(w, g, step):
            nonlocal m, v
            m = b1 * m + (1 - b1) * g
            v = b2 * v + (1 - b2) * g * g
            r = (m / (1 - b1**step)) / (np.sqrt(v / (1 - b2**step)) + eps) + wd * w
            ratio = 1.0
            if w.ndim > 1:
                wn, rn = np.linalg.norm(w), np.linalg.norm(r)
                ratio = wn / rn if wn > 0 and rn > 0 else 1.0
            return w - lr * ratio * r

        return rule

    return make


def newton_schulz(g, steps=5):
    x = g.T if g.shape[0] > g.shape[1] else g
    x = x / max(np.linalg.norm(x), 1e-7)
    for _ in range(steps):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if g.shape[0] > g.shape[1] else x


def muon(lr, wd, adjust, mu=0.95, nesterov=True, b1=0.9, b2=0.999, eps=1e-8):
    def make():
        buf = m = v = 0.0

        def rule(w, g, step):
            nonlocal buf, m, v
            w = w * (1 - lr * wd)
            if w.ndim < 2:
                m = b1 * m + (1 - b1) * g
                v = b2 * v + (1 - b2) * g * g
                return w - lr * (m / (1 - b1**step)) / (np.sqrt(v / (1 - b2**step)) + eps)
            buf = mu * buf + (1 - mu) * g
            u = newton_schulz((1 - mu) * g + mu * buf if nesterov else buf)
            rows, columns = w.shape
            scale = math.sqrt(max(1, rows / columns)) if adjust == "original" else 0.2 * math.sqrt(max(rows, columns))
            return w - lr * scale * u

        return rule

    return make


O = torch.optim
torch_cases = [
    ("sgd", {}, 0.1, lambda p: O.SGD(p, 0.1)),
    ("sgd", {"weightDecay": 0.05}, 0.1, lambda p: O.SGD(p, 0.1, weight_decay=0.05)),
    ("sgd", {"momentum": 0.9}, 0.1, lambda p: O.SGD(p, 0.1, momentum=0.9)),
    ("sgd", {"momentum": 0.9, "dampening": 0.3, "weightDecay": 0.05}, 0.1, lambda p: O.SGD(p, 0.1, momentum=0.9, dampening=0.3, weight_decay=0.05)),
    ("sgd", {"momentum": 0.9, "nesterov": True, "weightDecay": 0.05}, 0.1, lambda p: O.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.05)),
    ("adam", {}, 0.01, lambda p: O.Adam(p, 0.01)),
    ("adam", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.1}, 0.02, lambda p: O.Adam(p, 0.02, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    ("amsgrad", {"beta2": 0.9}, 0.01, lambda p: O.Adam(p, 0.01, betas=(0.9, 0.9), amsgrad=True)),
    ("adamW", {}, 0.01, lambda p: O.AdamW(p, 0.01)),
    ("adamW", {"weightDecay": 0.3, "amsgrad": True, "beta2": 0.9}, 0.02, lambda p: O.AdamW(p, 0.02, betas=(0.9, 0.9), weight_decay=0.3, amsgrad=True)),
    ("nadam", {}, 0.01, lambda p: O.NAdam(p, 0.01)),
    ("nadam", {"weightDecay": 0.1, "decay": "decoupled", "momentumDecay": 0.02}, 0.01, lambda p: O.NAdam(p, 0.01, weight_decay=0.1, momentum_decay=0.02, decoupled_weight_decay=True)),
    ("radam", {}, 0.01, lambda p: O.RAdam(p, 0.01)),
    ("radam", {"beta2": 0.98, "weightDecay": 0.1}, 0.01, lambda p: O.RAdam(p, 0.01, betas=(0.9, 0.98), weight_decay=0.1)),
    ("adamax", {}, 0.01, lambda p: O.Adamax(p, 0.01)),
    ("adamax", {"weightDecay": 0.1, "beta2": 0.9}, 0.01, lambda p: O.Adamax(p, 0.01, betas=(0.9, 0.9), weight_decay=0.1)),
    ("adagrad", {}, 0.1, lambda p: O.Adagrad(p, 0.1)),
    ("adagrad", {"rateDecay": 0.1, "initialSum": 0.5, "weightDecay": 0.1}, 0.1, lambda p: O.Adagrad(p, 0.1, lr_decay=0.1, initial_accumulator_value=0.5, weight_decay=0.1)),
    ("adadelta", {}, 1.0, lambda p: O.Adadelta(p, 1.0)),
    ("adadelta", {"rho": 0.8, "epsilon": 1e-3, "weightDecay": 0.1}, 0.5, lambda p: O.Adadelta(p, 0.5, rho=0.8, eps=1e-3, weight_decay=0.1)),
    ("rmsprop", {}, 0.01, lambda p: O.RMSprop(p, 0.01)),
    ("rmsprop", {"momentum": 0.9, "weightDecay": 0.1}, 0.01, lambda p: O.RMSprop(p, 0.01, momentum=0.9, weight_decay=0.1)),
    ("rmsprop", {"centered": True, "momentum": 0.5, "alpha": 0.9}, 0.01, lambda p: O.RMSprop(p, 0.01, momentum=0.5, alpha=0.9, centered=True)),
]
numpy_cases = [
    ("lion", {}, 0.01, lion(0.01, 0)),
    ("lion", {"weightDecay": 0.2}, 0.01, lion(0.01, 0.2)),
    ("lars", {"trust": 0.02}, 1.0, lars(1.0, 0, trust=0.02)),
    ("lars", {"trust": 0.02, "weightDecay": 0.1}, 0.5, lars(0.5, 0.1, trust=0.02)),
    ("lamb", {}, 0.01, lamb(0.01, 0.01)),
    ("lamb", {"weightDecay": 0}, 0.02, lamb(0.02, 0)),
    ("muon", {}, 0.01, muon(0.01, 0.1, "matchRmsAdamW")),
    ("muon", {"adjust": "original", "nesterov": False, "weightDecay": 0}, 0.02, muon(0.02, 0, "original", nesterov=False)),
]
cases = [{"type": t, "options": o, "learningRate": r, "kept": run_torch(m)} for t, o, r, m in torch_cases]
cases += [{"type": t, "options": o, "learningRate": r, "kept": run_numpy(m)} for t, o, r, m in numpy_cases]
clip = [torch.tensor(g, requires_grad=True) for g in gradients[0]]
for tensor, gradient in zip(clip, gradients[0]):
    tensor.grad = torch.tensor(gradient)
norm = float(torch.nn.utils.clip_grad_norm_(clip, 0.5))
write("optimizers.json", {
    "shapes": shapes,
    "initial": [rounded(p) for p in initial],
    "gradients": [[rounded(g) for g in step] for step in gradients],
    "keptSteps": KEPT,
    "cases": cases,
    "clip": {"limit": 0.5, "norm": norm, "clipped": [rounded(t.grad.numpy()) for t in clip]},
})

# ---- schedules --------------------------------------------------------------------------------------------------

BASE = 0.1
TOTAL = 24
S = O.lr_scheduler


def rates(make, steps=TOTAL, lr=BASE):
    optimizer = O.SGD([torch.zeros(1, requires_grad=True)], lr)
    schedule = make(optimizer)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return [float(f"{r:.12g}") for r in found]


def plateau(metrics, **options):
    optimizer = O.SGD([torch.zeros(1, requires_grad=True)], BASE)
    schedule = S.ReduceLROnPlateau(optimizer, **options)
    found = []
    for value in metrics:
        found.append(optimizer.param_groups[0]["lr"])
        schedule.step(value)
    return [float(f"{r:.12g}") for r in found]


metrics = [1.0, 0.8, 0.79, 0.795, 0.7899999, 0.81, 0.6, 0.61, 0.62, 0.6, 0.5999, 0.63, 0.7, 0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57, 0.58, 0.59, 0.6]


def warm_cosine(o):
    return S.SequentialLR(o, [S.LinearLR(o, 0.1, 1.0, 6), S.CosineAnnealingLR(o, TOTAL - 6)], [6])


write("schedules.json", {
    "baseRate": BASE,
    "totalSteps": TOTAL,
    "cases": [
        {"type": "constant", "options": {}, "rates": [BASE] * TOTAL},
        {"type": "step", "options": {"every": 5, "factor": 0.5}, "rates": rates(lambda o: S.StepLR(o, 5, 0.5))},
        {"type": "multiStep", "options": {"milestones": [3, 10, 11], "factor": 0.3}, "rates": rates(lambda o: S.MultiStepLR(o, [3, 10, 11], 0.3))},
        {"type": "exponential", "options": {"factor": 0.9}, "rates": rates(lambda o: S.ExponentialLR(o, 0.9))},
        {"type": "polynomial", "options": {"power": 2}, "rates": rates(lambda o: S.PolynomialLR(o, TOTAL, 2))},
        {"type": "cosine", "options": {"endFactor": 0.1}, "rates": rates(lambda o: S.CosineAnnealingLR(o, TOTAL, eta_min=0.01))},
        {"type": "cosineRestarts", "options": {"first": 4, "growth": 2, "endFactor": 0.01}, "rates": rates(lambda o: S.CosineAnnealingWarmRestarts(o, 4, 2, eta_min=0.001))},
        {"type": "oneCycle", "options": {}, "rates": rates(lambda o: S.OneCycleLR(o, BASE, total_steps=TOTAL, cycle_momentum=False), TOTAL - 1)},
        {"type": "oneCycle", "options": {"rising": 0.25, "shape": "linear", "startDivisor": 10, "endDivisor": 100}, "rates": rates(lambda o: S.OneCycleLR(o, BASE, total_steps=TOTAL, pct_start=0.25, anneal_strategy="linear", div_factor=10, final_div_factor=100, cycle_momentum=False), TOTAL - 1)},
        {"type": "cyclic", "options": {"lowFactor": 0.1, "stepsUp": 4, "stepsDown": 3}, "rates": rates(lambda o: S.CyclicLR(o, 0.01, BASE, 4, 3, cycle_momentum=False))},
        {"type": "cyclic", "options": {"lowFactor": 0.1, "stepsUp": 3, "stepsDown": 3, "mode": "triangular2"}, "rates": rates(lambda o: S.CyclicLR(o, 0.01, BASE, 3, 3, mode="triangular2", cycle_momentum=False))},
        {"type": "cyclic", "options": {"lowFactor": 0.1, "stepsUp": 4, "stepsDown": 4, "mode": "exponential", "factor": 0.95}, "rates": rates(lambda o: S.CyclicLR(o, 0.01, BASE, 4, 4, mode="exp_range", gamma=0.95, cycle_momentum=False))},
        {"type": "inverseSquareRoot", "options": {"warmupSteps": 6}, "rates": [BASE * math.sqrt(6) * min((t + 1) ** -0.5, (t + 1) * 6**-1.5) for t in range(TOTAL)]},
        {"type": "cosine", "options": {}, "warmup": {"length": 6, "unit": "steps", "startFactor": 0.1}, "rates": rates(warm_cosine)},
    ],
    "metrics": metrics,
    "plateau": [
        {"options": {"patience": 2, "factor": 0.5}, "rates": plateau(metrics, patience=2, factor=0.5)},
        {"options": {"patience": 1, "cooldown": 3, "factor": 0.3, "relative": "absolute", "threshold": 0.02, "lowest": 0.005}, "rates": plateau(metrics, patience=1, cooldown=3, factor=0.3, threshold_mode="abs", threshold=0.02, min_lr=0.005)},
        {"options": {"better": "higher", "patience": 3}, "rates": plateau(metrics, mode="max", patience=3)},
    ],
})

# ---- losses -----------------------------------------------------------------------------------------------------

B, V, T = 5, 4, 3
single = lambda *shape: np.float32(random.normal(size=shape) * 1.5).astype(np.float64)
logits, sequence, values = single(B, V), single(B, T, V), single(B, 3)
numbers, pairs, triples = single(B, 3), single(B, 2, 4), single(B, 3, 4)
positive_rates, pictures = np.abs(single(B, 3)) + 0.2, single(B, V, 2, 2)
classes = np.array([0, 3, 1, 2, 1])
words = np.array([[0, 1, 2], [3, 0, -1], [1, -1, -1], [2, 2, 2], [0, 3, 1]])
pixels = random.integers(0, V, size=(B, 2, 2))
yes = np.array([1, 0, 0, 1, 1])
many = np.array([[1, 0, 1], [0, 0, 1], [1, 1, 1], [0, 1, 0], [0, 0, 0]])
distribution = np.exp(single(B, V))
distribution /= distribution.sum(1, keepdims=True)
distribution[0, 1] += distribution[0, 0]
distribution[0, 0] = 0
counts = random.integers(0, 6, size=(B, 3)).astype(float)
uncertain = np.concatenate([single(B, 2), np.abs(single(B, 2)) + 0.3], 1)
class_weights = [0.5, 2.0, 1.0, 0.25]
big = logits * 200

loss_cases = []


def case(kind, prediction, target, compute, options=None, integral=False):
    x = torch.tensor(prediction, requires_grad=True)
    value = compute(x, None if target is None else torch.tensor(target))
    value.backward()
    loss_cases.append({
        "type": kind,
        "options": options or {},
        "shape": list(prediction.shape),
        "prediction": rounded(prediction),
        "target": None if target is None else {"shape": list(target.shape), "integral": integral, "values": rounded(target)},
        "value": float(f"{value.item():.9g}"),
        "gradient": rounded(x.grad.numpy()),
    })


def weighted(**k):
    if "weight" in k:
        k["weight"] = torch.tensor(k["weight"], dtype=torch.float64)
    return k


ce = F.cross_entropy
case("crossEntropy", logits, classes, ce, integral=True)
case("crossEntropy", big, classes, ce, integral=True)
case("crossEntropy", logits, classes, lambda z, t: ce(z, t, **weighted(weight=class_weights)), {"classWeights": class_weights}, True)
case("crossEntropy", logits, classes, lambda z, t: ce(z, t, label_smoothing=0.1), {"labelSmoothing": 0.1}, True)
case("crossEntropy", logits, classes, lambda z, t: ce(z, t, label_smoothing=0.2, **weighted(weight=class_weights)), {"labelSmoothing": 0.2, "classWeights": class_weights}, True)
case("crossEntropy", sequence, words, lambda z, t: ce(z.transpose(1, 2), t, ignore_index=-1), {"ignoreIndex": -1}, True)
case("crossEntropy", pictures, pixels, ce, {"classAxis": "channels"}, True)
case("crossEntropy", pictures, pixels, lambda z, t: ce(z, t, label_smoothing=0.1, **weighted(weight=class_weights)), {"classAxis": "channels", "labelSmoothing": 0.1, "classWeights": class_weights}, True)
mixed = np.eye(4)[classes] * 0.7 + np.eye(4)[np.roll(classes, 1)] * 0.3
case("crossEntropy", logits, mixed, ce)
case("crossEntropy", logits, mixed, lambda z, t: ce(z, t, label_smoothing=0.2, **weighted(weight=class_weights)), {"labelSmoothing": 0.2, "classWeights": class_weights})
bce = F.binary_cross_entropy_with_logits
case("binaryCrossEntropy", values, many, lambda z, t: bce(z, t.double()), integral=True)
case("binaryCrossEntropy", values * 50, many.astype(float), bce)
case("binaryCrossEntropy", values[:, :1], yes, lambda z, t: bce(z, t.double()[:, None], pos_weight=torch.tensor(3.0)), {"positiveWeight": 3}, True)
case("meanSquaredError", values, numbers, F.mse_loss)
case("meanSquaredError", values[:, :1], numbers[:, 0].copy(), lambda z, t: F.mse_loss(z, t[:, None]))
case("meanAbsoluteError", values, numbers, F.l1_loss)
case("huber", values, numbers, lambda z, t: F.huber_loss(z, t, delta=0.7), {"delta": 0.7})
case("smoothL1", values, numbers, lambda z, t: F.smooth_l1_loss(z, t, beta=0.5), {"beta": 0.5})
case("logCosh", values, numbers, lambda z, t: torch.log(torch.cosh(z - t)).mean())
case("hinge", values, many, lambda z, t: torch.relu(1 - (2 * t - 1) * z).mean(), integral=True)
case("squaredHinge", values, many, lambda z, t: (torch.relu(0.5 - (2 * t - 1) * z) ** 2).mean(), {"margin": 0.5}, True)
case("multiClassHinge", logits, classes, lambda z, t: F.multi_margin_loss(z, t), integral=True)
case("multiClassHinge", logits, classes, lambda z, t: F.multi_margin_loss(z, t, p=2, margin=0.7), {"power": 2, "margin": 0.7}, True)
case("focal", logits, classes, lambda z, t: (-(1 - F.softmax(z, 1).gather(1, t[:, None])) ** 2 * F.log_softmax(z, 1).gather(1, t[:, None])).mean(), integral=True)


def sigmoid_focal(z, t):
    p, t = torch.sigmoid(z), t.double()
    pt = p * t + (1 - p) * (1 - t)
    return ((0.25 * t + 0.75 * (1 - t)) * (1 - pt) ** 1.5 * bce(z, t, reduction="none")).mean()


case("focal", values, many, sigmoid_focal, {"gamma": 1.5, "alpha": 0.25}, True)
kl = lambda z, t: F.kl_div(F.log_softmax(z, 1), t, reduction="batchmean")
case("kullbackLeibler", logits, distribution, kl)
case("negativeLogLikelihood", -np.abs(logits), classes, F.nll_loss, integral=True)
case("negativeLogLikelihood", -np.abs(logits), mixed, lambda z, t: -(z * t).sum(1).mean())
case("poissonNegativeLogLikelihood", values, counts, F.poisson_nll_loss)
case("poissonNegativeLogLikelihood", positive_rates, counts, lambda z, t: F.poisson_nll_loss(z, t, log_input=False), {"logInput": False})
case("gaussianNegativeLogLikelihood", uncertain, numbers[:, :2].copy(), lambda z, t: F.gaussian_nll_loss(z[:, :2], t, z[:, 2:]))
case("cosineEmbedding", pairs, yes, lambda z, t: F.cosine_embedding_loss(z[:, 0], z[:, 1], 2 * t - 1, margin=0.1), {"margin": 0.1}, True)
case("tripletMargin", triples, None, lambda z, _t: F.triplet_margin_loss(z[:, 0], z[:, 1], z[:, 2], margin=2.0), {"margin": 2})


def contrastive(z, t):
    d = F.pairwise_distance(z[:, 0], z[:, 1])
    return (0.5 * (t * d**2 + (1 - t) * torch.relu(4.0 - d) ** 2)).mean()


case("contrastive", pairs, yes, contrastive, {"margin": 4}, True)
write("losses.json", {"cases": loss_cases})
