"""Times one training step of a benchmark model in PyTorch (CPU, eager) and prints one JSON object.

Usage: torch_step.py MODEL SECONDS THREADS. Plain SGD, mean cross-entropy. The time is the best of the
medians of short blocks, as in workers/benchStep.ts.
"""

import json
import resource
import sys
import time

import torch

from torch_models import make_step

name, seconds, threads = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)
step = make_step(name)


def best_median(block_seconds=0.3, least=3):
    for _ in range(5):
        step()
    best, cpu, end = float("inf"), float("inf"), time.perf_counter() + seconds
    while best == float("inf") or time.perf_counter() < end:
        times, block_end, cpu_start = [], time.perf_counter() + block_seconds, time.process_time()
        while len(times) < least or time.perf_counter() < block_end:
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
        times.sort()
        best = min(best, times[len(times) // 2])
        cpu = min(cpu, (time.process_time() - cpu_start) / len(times))
    return best * 1000, cpu * 1000


milliseconds, cpu_milliseconds = best_median()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "model": name,
    "milliseconds": milliseconds,
    "cpuMilliseconds": cpu_milliseconds,
    "peakBytes": peak * (1 if sys.platform == "darwin" else 1024),
    "version": torch.__version__,
}))
