"""Loads what was exported with other programs than ours: onnx, onnxruntime for Python, PyTorch, and the bare format of safetensors.

    python witness.py <folder>     # prints what was found as JSON, by file name; exports.test.ts writes the folder

Beside each file lies <name>.json: {"inputs": {name: {dtype, shape, data}}, "output": [...]} for models, {tensor: [...]} for weights.
"""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np


def tensor(entry):
    return np.array(entry["data"], dtype=entry["dtype"]).reshape(entry["shape"])


def largest_difference(found, expected):
    found = np.asarray(found, dtype=np.float64).reshape(-1)
    expected = np.asarray(expected, dtype=np.float64)
    if found.shape != expected.shape:
        raise ValueError(f"{found.shape} numbers, but {expected.shape} were expected")
    return float(np.max(np.abs(found - expected) / (1 + np.abs(expected)), initial=0))


def check_onnx(path, case):
    import onnx
    import onnxruntime

    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (output,) = session.run(["output"], {name: tensor(entry) for name, entry in case["inputs"].items()})
    return {
        "opset": {entry.domain: entry.version for entry in model.opset_import}[""],
        "batch": {str(entry.shape[0]) for entry in session.get_inputs()}.pop(),
        "difference": largest_difference(output, case["output"]),
    }


def check_safetensors(path, case):
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    data = content[8 + length :]
    difference = 0.0
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = np.frombuffer(data[start:end], dtype={"F32": "<f4", "I64": "<i8", "I32": "<i4"}[entry["dtype"]])
        if values.size != np.prod(entry["shape"], dtype=int):
            raise ValueError(f"{name}: {values.size} numbers do not fill {entry['shape']}")
        difference = max(difference, largest_difference(values, case[name]))
    return {"tensors": sorted(header), "difference": difference}


def check_pytorch(path, case):
    import torch

    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.load_weights().eval()
    with torch.no_grad():
        output = model(*[torch.from_numpy(tensor(entry)) for entry in case["inputs"].values()])
    return {"difference": largest_difference(output.numpy(), case["output"])}


checks = {".onnx": check_onnx, ".safetensors": check_safetensors, ".py": check_pytorch}


def main():
    results = {}
    for case_file in sorted(Path(sys.argv[1]).glob("*.json")):
        path = case_file.with_suffix("")
        try:
            results[path.name] = checks[path.suffix](path, json.loads(case_file.read_text()))
        except Exception as error:
            results[path.name] = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(results))


main()
