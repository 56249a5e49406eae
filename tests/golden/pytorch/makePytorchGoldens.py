"""Runs exported PyTorch source and writes goldens.json beside this file.

    PYTORCH_CASES=<folder> npx vitest run tests/golden/pytorch    # writes the cases (and fails where goldens are old)
    python makePytorchGoldens.py <folder>                         # needs PyTorch
"""

import hashlib
import importlib.util
import json
import sys
from pathlib import Path

import torch

TYPES = {"float32": torch.float32, "int64": torch.int64, "int32": torch.int32}


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outputs_of(path):
    module = load(path)
    if hasattr(module, "OUTPUT"):
        return (module.OUTPUT,)
    inputs = [
        torch.tensor(entry["data"], dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
        for entry in json.loads(path.with_suffix(".json").read_text())
    ]
    with torch.no_grad():
        outputs = module.load_weights()(*inputs)
    return outputs if isinstance(outputs, tuple) else (outputs,)


def golden(path):
    source = path.read_text()
    outputs = outputs_of(path)
    described = []
    for output in outputs:
        values = output.float().flatten().tolist()
        stride = max(1, -(-len(values) // 40))
        described.append({"stride": stride, "values": [float(f"{value:.6g}") for value in values[::stride]]})
    return {"source": hashlib.sha256(source.encode()).hexdigest()[:16], "outputs": described}


def main():
    cases = sorted(Path(sys.argv[1]).glob("*.py"))
    goldens = {}
    for path in cases:
        try:
            goldens[path.stem] = golden(path)
        except Exception as error:
            print(f"{path.stem}: {type(error).__name__}: {error}")
    lines = [f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}" for name, entry in goldens.items()]
    target = Path(__file__).with_name("goldens.json")
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(goldens)} of {len(cases)} cases, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
