"""Times training steps of a benchmark model in eager PyTorch, float32, on a GPU.

Usage: torch_gpu_step.py MODEL BATCH [DEVICE]. The protocol is that of blocks.mjs: a line `ready`, then each
line of the input, a number of seconds, is answered with the time of a block of steps.
"""

import json
import resource
import sys
import time

import torch

from torch_models import make_step

STEPS_PER_WAIT = 8

name, batch = sys.argv[1], int(sys.argv[2])
device = torch.device(sys.argv[3] if len(sys.argv) > 3 else "cuda")
# Float32 as the others compute it: without TF32, which rounds the factors of products to 10 bits.
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.backends.cudnn.benchmark = True
torch.manual_seed(0)
step = make_step(name, batch, device)


def wait(loss):
    if device.type == "cuda":
        torch.cuda.synchronize()
    return loss.item()


def block(seconds):
    cpu, start, steps, end = time.process_time(), time.perf_counter(), 0, 0.0
    end = start
    while True:
        each = (end - start) / steps if steps else 0
        count = max(1, min(STEPS_PER_WAIT, round(seconds / each) - steps)) if steps else 1
        for _ in range(count):
            loss = step()
        wait(loss)
        steps += count
        end = time.perf_counter()
        if end - start >= seconds:
            break
    return {
        "milliseconds": (end - start) * 1000 / steps,
        "steps": steps,
        "cpuMilliseconds": (time.process_time() - cpu) * 1000 / steps,
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }


started = time.perf_counter()
wait(step())
first = (time.perf_counter() - started) * 1000
block(0)
adapter = torch.cuda.get_device_name() if device.type == "cuda" else str(device)
print(json.dumps({
    "ready": True, "firstStep": first, "contender": "PyTorch", "version": torch.__version__, "adapter": adapter,
}), flush=True)
for line in sys.stdin:
    print(json.dumps(block(float(line))), flush=True)
