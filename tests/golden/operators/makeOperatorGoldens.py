"""Makes operators.json: results and gradients of operators as PyTorch computes them, in float64.

Usage: python makeOperatorGoldens.py   (needs torch)

Each record: op, name, ONNX attributes, inputs (null: omitted), outputs (null: not compared), the
gradient dY that arrives at each output, and the gradient of each input (null: not compared).
"""
import json
import os

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(7)
records = []


def draw(*shape, low=-1.0, high=1.0):
    """Numbers of three decimals, so that float32 and float64 mean nearly the same."""
    return (torch.rand(shape, generator=random) * (high - low) + low).mul(1000).round().div(1000)


def pack(tensor, dtype='float32'):
    values = tensor.detach().reshape(-1).tolist()
    digits = [int(v) for v in values] if dtype != 'float32' else [float(f'{v:.8g}') for v in values]
    return {'dtype': dtype, 'shape': list(tensor.shape), 'data': digits}


def ints(values, dtype='int64'):
    return {'constant': torch.tensor(values), 'dtype': dtype}


def record(op, name, inputs, compute, attributes=None, gradients=True, skip=()):
    """`compute` gets the inputs as leaf tensors and returns the outputs; inputs in `skip` get no gradient."""
    leaves = []
    for index, given in enumerate(inputs):
        if given is None or isinstance(given, dict):
            leaves.append(given['constant'] if given else None)
        else:
            leaves.append(given.clone().requires_grad_(gradients and index not in skip))
    outputs = compute(*leaves)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    real = [o if o is not None and o.is_floating_point() and o.requires_grad else None for o in outputs]
    seeds = [draw(*o.shape) if o is not None else None for o in real]
    if gradients:
        sum((o * s).sum() for o, s in zip(real, seeds) if o is not None).backward()
    records.append({
        'op': op,
        'name': name,
        'attributes': attributes or {},
        'inputs': [None if g is None else pack(g['constant'], g['dtype']) if isinstance(g, dict) else pack(g) for g in inputs],
        'outputs': [None if o is None else pack(o, 'float32' if o.is_floating_point() else 'int64') for o in outputs],
        'outputGradients': [None if s is None else pack(s) for s in seeds],
        'gradients': [
            pack(leaf.grad) if leaf is not None and leaf.is_floating_point() and leaf.grad is not None else None
            for leaf in leaves
        ] if gradients else [],
    })


# --- matrix products and softmax ---------------------------------------------------------------
for trans_a in (0, 1):
    for trans_b in (0, 1):
        record('Gemm', f'transA {trans_a}, transB {trans_b}',
               [draw(3, 4).t().contiguous() if trans_a else draw(3, 4), draw(5, 4) if trans_b else draw(4, 5), draw(5)],
               lambda a, b, c, ta=trans_a, tb=trans_b: 0.5 * (a.t() if ta else a) @ (b.t() if tb else b) + 2 * c,
               {'alpha': 0.5, 'beta': 2.0, 'transA': trans_a, 'transB': trans_b})
record('Gemm', 'a column', [draw(3, 4), draw(4, 5), draw(3, 1)], lambda a, b, c: a @ b + c)
record('MatMul', 'leading axes broadcast', [draw(2, 1, 3, 4), draw(3, 4, 2)], torch.matmul)
record('MatMul', 'a shared matrix', [draw(2, 3, 4, 5), draw(5, 2)], torch.matmul)
record('Einsum', 'attention scores', [draw(2, 3, 2, 4), draw(2, 5, 2, 4)],
       lambda a, b: torch.einsum('bqhd,bkhd->bhqk', a, b), {'equation': 'bqhd,bkhd->bhqk'})
record('Einsum', 'ellipses', [draw(2, 3, 4), draw(2, 3, 4, 5)],
       lambda a, b: torch.einsum('...i,...ij->...j', a, b), {'equation': '...i,...ij->...j'})
extreme = torch.tensor([[100.0, 0.0, -100.0], [-1000.0, -1000.0, -999.0], [80.0, 80.0, 80.0]])
record('Softmax', 'extreme logits', [extreme], lambda x: F.softmax(x, -1), {'axis': -1})
record('LogSoftmax', 'extreme logits', [extreme], lambda x: F.log_softmax(x, -1), {'axis': -1})
record('Softmax', 'a middle axis', [draw(2, 5, 3)], lambda x: F.softmax(x, 1), {'axis': 1})

# --- convolutions ---------------------------------------------------------------------------------
for name, x, w, o in [
    ('3 × 3 over a batch of 8', (8, 4, 6, 6), (5, 4, 3, 3), dict(padding=(1, 1))),
    ('one input channel', (4, 1, 8, 8), (3, 1, 3, 3), dict(padding=(1, 1))),
    ('three input channels', (4, 3, 8, 8), (4, 3, 3, 3), dict(padding=(1, 1))),
    ('stride 2 with a remainder', (4, 4, 8, 7), (3, 4, 3, 3), dict(stride=(2, 2), padding=(1, 1))),
    ('5 × 5, stride 3', (2, 3, 11, 10), (2, 3, 5, 5), dict(stride=(3, 3), padding=(2, 2))),
    ('dilated', (2, 3, 9, 8), (2, 3, 3, 2), dict(dilation=(2, 3), padding=(2, 1))),
    ('dilated and strided', (2, 2, 10, 9), (3, 2, 3, 2), dict(dilation=(2, 2), stride=(2, 3))),
    ('groups', (2, 6, 5, 5), (4, 3, 3, 3), dict(groups=2, padding=(1, 1))),
    ('depthwise with multiplier 2', (2, 3, 6, 5), (6, 1, 3, 3), dict(groups=3, padding=(1, 1), stride=(2, 1))),
    ('pointwise', (4, 5, 4, 4), (3, 5, 1, 1), {}),
    ('pointwise, stride 2', (4, 5, 5, 4), (3, 5, 1, 1), dict(stride=(2, 2))),
    ('1-d', (3, 2, 11), (4, 2, 3), dict(stride=(2,), padding=(1,))),
    ('1-d, dilated, grouped', (2, 4, 10), (4, 2, 3), dict(dilation=(2,), groups=2)),
    ('3-d', (2, 2, 4, 5, 4), (3, 2, 2, 3, 2), dict(stride=(1, 2, 1), padding=(1, 0, 1))),
]:
    rank = len(x) - 2
    function = [F.conv1d, F.conv2d, F.conv3d][rank - 1]
    attributes = {}
    if 'padding' in o: attributes['pads'] = list(o['padding']) * 2
    if 'stride' in o: attributes['strides'] = list(o['stride'])
    if 'dilation' in o: attributes['dilations'] = list(o['dilation'])
    if 'groups' in o: attributes['group'] = o['groups']
    record('Conv', name, [draw(*x), draw(*w), draw(w[0])], lambda a, b, c, f=function, o=o: f(a, b, c, **o), attributes)
record('Conv', 'asymmetric pads', [draw(2, 3, 5, 6), draw(2, 3, 3, 3)],
       lambda x, w: F.conv2d(F.pad(x, (2, 1, 0, 1)), w), {'pads': [0, 2, 1, 1]})
record('Conv', 'SAME_LOWER at stride 2', [draw(2, 2, 6, 6), draw(3, 2, 3, 3)],
       lambda x, w: F.conv2d(F.pad(x, (1, 0, 1, 0)), w, stride=2), {'auto_pad': 'SAME_LOWER', 'strides': [2, 2]})

for name, x, w, o in [
    ('output_padding', (2, 3, 4, 3), (3, 2, 3, 3), dict(stride=(2, 3), padding=(1, 0), output_padding=(1, 2))),
    ('stride 1, padded', (2, 3, 5, 4), (3, 4, 3, 3), dict(padding=(1, 1))),
    ('groups', (2, 4, 3, 3), (4, 3, 2, 2), dict(stride=(2, 2), groups=2)),
    ('dilated', (2, 2, 4, 3), (2, 2, 3, 2), dict(dilation=(2, 3), padding=(1, 1))),
    ('1-d', (2, 3, 5), (3, 2, 4), dict(stride=(2,), padding=(1,))),
    ('3-d', (1, 2, 2, 3, 2), (2, 2, 2, 2, 3), dict(stride=(2, 1, 2), padding=(0, 1, 1))),
]:
    function = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][len(x) - 3]
    attributes = {}
    if 'padding' in o: attributes['pads'] = list(o['padding']) * 2
    if 'stride' in o: attributes['strides'] = list(o['stride'])
    if 'dilation' in o: attributes['dilations'] = list(o['dilation'])
    if 'output_padding' in o: attributes['output_padding'] = list(o['output_padding'])
    if 'groups' in o: attributes['group'] = o['groups']
    outs = w[1] * o.get('groups', 1)
    record('ConvTranspose', name, [draw(*x), draw(*w), draw(outs)], lambda a, b, c, f=function, o=o: f(a, b, c, **o), attributes)

# --- pools ----------------------------------------------------------------------------------------
ties = torch.randint(0, 3, (2, 2, 6, 6), generator=random).to(torch.float64)
for name, x, o in [
    ('ties, 2 × 2', ties, dict(kernel_size=2, stride=2)),
    ('ties, overlapping and padded', ties, dict(kernel_size=3, stride=2, padding=1)),
    ('ties, stride 1', ties, dict(kernel_size=3, stride=1)),
    ('ties, dilated', ties, dict(kernel_size=2, stride=2, dilation=3)),
    ('ceil_mode', draw(2, 2, 6, 7), dict(kernel_size=3, stride=2, ceil_mode=True)),
    ('ceil_mode, padded', draw(1, 2, 6, 6), dict(kernel_size=3, stride=2, padding=1, ceil_mode=True)),
    ('1-d', draw(2, 3, 9), dict(kernel_size=3, stride=2)),
    ('3-d', draw(1, 2, 4, 5, 4), dict(kernel_size=2, stride=2)),
]:
    rank = x.dim() - 2
    function = [F.max_pool1d, F.max_pool2d, F.max_pool3d][rank - 1]
    attributes = {'kernel_shape': [o['kernel_size']] * rank, 'strides': [o['stride']] * rank}
    if 'padding' in o: attributes['pads'] = [o['padding']] * 2 * rank
    if 'dilation' in o: attributes['dilations'] = [o['dilation']] * rank
    if 'ceil_mode' in o: attributes['ceil_mode'] = 1
    record('MaxPool', name, [x], lambda a, f=function, o=o: f(a, **o), attributes)
    if 'ties' in name:
        def with_indices(a, o=o):
            y, at = F.max_pool2d(a, return_indices=True, **o)
            plane = a.shape[2] * a.shape[3]
            return y, at + (torch.arange(a.shape[0] * a.shape[1]) * plane).reshape(a.shape[0], a.shape[1], 1, 1)
        record('MaxPool', name + ', with indices', [x], with_indices, attributes)
for name, x, o in [
    ('padded, overlapping', draw(2, 2, 6, 5), dict(kernel_size=3, stride=2, padding=1, count_include_pad=False)),
    ('padding counts', draw(2, 2, 6, 5), dict(kernel_size=3, stride=2, padding=1, count_include_pad=True)),
    ('ceil_mode', draw(1, 2, 6, 7), dict(kernel_size=3, stride=2, ceil_mode=True, count_include_pad=False)),
    ('ceil_mode, padding counts', draw(1, 2, 6, 6), dict(kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=True)),
    ('1-d', draw(2, 2, 8), dict(kernel_size=4, stride=2)),
    ('3-d', draw(1, 2, 4, 4, 5), dict(kernel_size=2, stride=2)),
]:
    rank = x.dim() - 2
    function = [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d][rank - 1]
    attributes = {'kernel_shape': [o['kernel_size']] * rank, 'strides': [o['stride']] * rank}
    if 'padding' in o: attributes['pads'] = [o['padding']] * 2 * rank
    if 'ceil_mode' in o: attributes['ceil_mode'] = 1
    if o.get('count_include_pad'): attributes['count_include_pad'] = 1
    record('AveragePool', name, [x], lambda a, f=function, o=o: f(a, **o), attributes)
record('LpPool', 'p 2', [draw(2, 2, 5, 5)], lambda x: F.lp_pool2d(x, 2, 3, 2), {'kernel_shape': [3, 3], 'strides': [2, 2], 'p': 2})
record('LpPool', 'p 3 of positive numbers', [draw(2, 2, 4, 4, low=0.1)], lambda x: F.lp_pool2d(x, 3, 2, 2),
       {'kernel_shape': [2, 2], 'strides': [2, 2], 'p': 3})
record('GlobalMaxPool', 'ties', [ties], lambda x: F.max_pool2d(x, 6))
record('GlobalAveragePool', 'planes', [draw(2, 3, 5, 4)], lambda x: x.mean((2, 3), keepdim=True))


# --- normalisations -------------------------------------------------------------------------------
def batch_norm(x, scale, bias, mean, var):
    """ONNX's training mode: running' = 0.9·running + 0.1·batch, with the population variance."""
    axes = [axis for axis in range(x.dim()) if axis != 1]
    y = F.batch_norm(x, None, None, scale, bias, training=True, eps=1e-3)
    return (y, 0.9 * mean + 0.1 * x.mean(axes), 0.9 * var + 0.1 * x.var(axes, unbiased=False))


vector = lambda c: draw(c, low=0.5, high=1.5)
for name, shape in [('of vectors', (6, 3)), ('of planes', (3, 4, 3, 2)), ('of sequences', (3, 2, 5))]:
    c = shape[1]
    record('BatchNormalization', f'training {name}', [draw(*shape), vector(c), draw(c), draw(c), vector(c)], batch_norm,
           {'training_mode': 1, 'momentum': 0.9, 'epsilon': 1e-3})
record('BatchNormalization', 'inference', [draw(2, 3, 2, 2), vector(3), draw(3), draw(3), vector(3)],
       lambda x, s, b, m, v: F.batch_norm(x, m, v, s, b, eps=1e-3), {'epsilon': 1e-3}, skip=(3, 4))
record('InstanceNormalization', 'planes', [draw(2, 3, 4, 3), vector(3), draw(3)],
       lambda x, s, b: F.instance_norm(x, None, None, s, b, eps=1e-5), {'epsilon': 1e-5})
record('LayerNormalization', 'the last axis', [draw(2, 3, 8), vector(8), draw(8)],
       lambda x, s, b: F.layer_norm(x, (8,), s, b, 1e-5), {'axis': -1})
record('LayerNormalization', 'two axes', [draw(3, 4, 2), vector(8).reshape(4, 2), draw(4, 2)],
       lambda x, s, b: F.layer_norm(x, (4, 2), s, b, 1e-5), {'axis': 1})
record('GroupNormalization', 'two groups', [draw(2, 6, 3, 2), vector(6), draw(6)],
       lambda x, s, b: F.group_norm(x, 2, s, b, 1e-5), {'num_groups': 2})
record('RMSNormalization', 'the last axis', [draw(2, 3, 8), vector(8)],
       lambda x, s: F.rms_norm(x, (8,), s, 1e-5), {'axis': -1})
record('LRN', 'five channels', [draw(2, 7, 2, 2)],
       lambda x: F.local_response_norm(x, 5, alpha=0.5, beta=0.75, k=1.5), {'size': 5, 'alpha': 0.5, 'beta': 0.75, 'bias': 1.5})
record('LpNormalization', 'p 2', [draw(3, 4)], lambda x: x / x.norm(dim=1, keepdim=True), {'axis': 1, 'p': 2})

# --- GridSample -----------------------------------------------------------------------------------
for mode, padding, align in [('linear', 'zeros', 0), ('linear', 'border', 1), ('nearest', 'zeros', 0)]:
    record('GridSample', f'{mode}, {padding}, align_corners {align}', [draw(2, 2, 4, 5), draw(2, 3, 3, 2, low=-1.3, high=1.3)],
           lambda x, g, m=mode, p=padding, a=align: F.grid_sample(x, g, {'linear': 'bilinear'}.get(m, m), p, bool(a)),
           {'mode': mode, 'padding_mode': padding, 'align_corners': align}, skip=(1,) if mode == 'nearest' else ())


# --- recurrent ------------------------------------------------------------------------------------
def by_torch(kind, gates, directions, lengths):
    """torch's own modules, their gates put into ONNX's order by `gates` (ONNX place -> torch place)."""
    def compute(x, w, r, b, lens=None, h0=None, c0=None):
        hidden = r.shape[2]
        order = torch.cat([torch.arange(g * hidden, (g + 1) * hidden) for g in gates])
        back = torch.argsort(order)
        rows = len(gates) * hidden
        flat = []
        for d in range(directions):
            flat += [w[d][back], r[d][back], b[d][:rows][back], b[d][rows:][back]]
        zeros = torch.zeros(directions, x.shape[1], hidden)
        h0 = zeros if h0 is None else h0
        state = (h0, zeros if c0 is None else c0) if kind is torch.lstm else h0
        if lens is None:
            out = kind(x, state, flat, True, 1, 0.0, False, directions == 2, False)
            y = out[0]
        else:
            packed = torch.nn.utils.rnn.pack_padded_sequence(x, lens, enforce_sorted=False)
            data, sizes, order_in, order_out = packed
            pick = lambda s: s.index_select(1, order_in)
            state = tuple(map(pick, state)) if isinstance(state, tuple) else pick(state)
            out = kind(data, sizes, state, flat, True, 1, 0.0, False, directions == 2)
            y, _ = torch.nn.utils.rnn.pad_packed_sequence(
                torch.nn.utils.rnn.PackedSequence(out[0], sizes, order_in, order_out), total_length=x.shape[0])
            out = (None,) + tuple(o.index_select(1, order_out) for o in out[1:])
        y = y.reshape(x.shape[0], x.shape[1], directions, hidden).permute(0, 2, 1, 3)
        return (y, *out[1:])
    return compute


T, N, I, H = 4, 3, 3, 4
kinds = {'RNN': (torch.rnn_tanh, [0]), 'GRU': (torch.gru, [1, 0, 2]), 'LSTM': (torch.lstm, [0, 3, 1, 2])}
for op, (kind, gates) in kinds.items():
    for direction, lengths, initial in [('forward', False, False), ('forward', True, True), ('bidirectional', False, True), ('bidirectional', True, False)]:
        d = 2 if direction == 'bidirectional' else 1
        g = len(gates)
        inputs = [draw(T, N, I), draw(d, g * H, I), draw(d, g * H, H), draw(d, 2 * g * H),
                  ints([2, 4, 3], 'int32') if lengths else None]
        if initial:
            inputs += [draw(d, N, H)] + ([draw(d, N, H)] if op == 'LSTM' else [])
        attributes = {'hidden_size': H, 'direction': direction}
        if op == 'GRU': attributes['linear_before_reset'] = 1
        name = direction + (', lengths' if lengths else '') + (', initial states' if initial else '')
        record(op, name, inputs, by_torch(kind, gates, d, lengths), attributes)


def steps(x, reverse):
    return list(reversed(range(x.shape[0]))) if reverse else list(range(x.shape[0]))


def gru_before(reverse):
    """ONNX's GRU with linear_before_reset 0, written out."""
    def compute(x, w, r, b):
        hidden = r.shape[2]
        w, r, b = w[0], r[0], b[0]
        wz, wr, wh = w.split(hidden); rz, rr, rh = r.split(hidden)
        bwz, bwr, bwh, brz, brr, brh = b.split(hidden)
        h = torch.zeros(x.shape[1], hidden); out = [None] * x.shape[0]
        for t in steps(x, reverse):
            z = torch.sigmoid(x[t] @ wz.t() + h @ rz.t() + bwz + brz)
            k = torch.sigmoid(x[t] @ wr.t() + h @ rr.t() + bwr + brr)
            n = torch.tanh(x[t] @ wh.t() + (k * h) @ rh.t() + bwh + brh)
            h = (1 - z) * n + z * h
            out[t] = h
        return torch.stack(out).unsqueeze(1), h.unsqueeze(0)
    return compute


def lstm_written(coupled=False):
    """ONNX's LSTM with peepholes, written out."""
    def compute(x, w, r, b, lens, h0, c0, p):
        hidden = r.shape[2]
        pi, po, pf = p[0].split(hidden)
        bias = b[0][:4 * hidden] + b[0][4 * hidden:]
        h, c, out = h0[0], c0[0], []
        for t in range(x.shape[0]):
            i, o, f, g = (x[t] @ w[0].t() + h @ r[0].t() + bias).split(hidden, 1)
            i = torch.sigmoid(i + pi * c)
            f = 1 - i if coupled else torch.sigmoid(f + pf * c)
            c = f * c + i * torch.tanh(g)
            h = torch.sigmoid(o + po * c) * torch.tanh(c)
            out.append(h)
        return torch.stack(out).unsqueeze(1), h.unsqueeze(0), c.unsqueeze(0)
    return compute


for reverse in (False, True):
    record('GRU', 'reset before the product' + (', reverse' if reverse else ''),
           [draw(T, N, I), draw(1, 3 * H, I), draw(1, 3 * H, H), draw(1, 6 * H)], gru_before(reverse),
           {'hidden_size': H, 'direction': 'reverse' if reverse else 'forward'})
for coupled in (False, True):
    record('LSTM', 'peepholes' + (', coupled gates' if coupled else ''),
           [draw(T, N, I), draw(1, 4 * H, I), draw(1, 4 * H, H), draw(1, 8 * H), None, draw(1, N, H), draw(1, N, H), draw(1, 3 * H)],
           lstm_written(coupled), {'hidden_size': H, 'input_forget': int(coupled)})

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'operators.json')
with open(path, 'w') as file:
    file.write('[\n' + ',\n'.join(json.dumps(r, separators=(',', ':')) for r in records) + '\n]\n')
print(len(records), 'records,', os.path.getsize(path), 'bytes')
