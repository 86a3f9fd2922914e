"""Runs commands and prints what they cost, a row each."""
import os, platform, statistics, subprocess, time

RUNS = int(os.environ.get("RUNS", "0"))  # 0: three, but one of what takes more than five seconds
LONG = 5
PER_FAILURE = 300  # characters of what a failed command said


class Cost:
    def __init__(self, cpu, wall, memory, output, records):
        self.cpu, self.wall, self.memory, self.output, self.records = cpu, wall, memory, output, records


def once(command):
    start = time.monotonic()
    child = subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = child.stdout.read().decode(errors="replace")
    _, status, used = os.wait4(child.pid, 0)
    return status, used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss / 1024, output


def measure(command, records):
    """Medians of CPU and wall seconds, peak memory in MB, and the last output; None when it fails."""
    runs = []
    while True:
        status, *got = once(command)
        if status:
            print(f"  failed: {command}\n  {got[-1][:PER_FAILURE]}")
            return None
        runs.append(got)
        if len(runs) >= (RUNS or (1 if runs[0][1] > LONG else 3)):
            break
    cpu, wall, memory, output = zip(*runs)
    return Cost(statistics.median(cpu), statistics.median(wall), max(memory), output[-1].strip(), records)


def heading(title, ratio):
    print(f"\n{title}\n{'':<47}{'CPU s':>8}{'wall s':>8}{'M/CPU s':>9}{'MB':>7}  {'ratio':<8}{ratio}", flush=True)


def row(name, command, records, base=None, right=None, answer=None):
    """Measures and prints. The ratio is CPU a record to that of base; `right` is what the answer (the output, or what answer() gives)
    must be."""
    cost = measure(command, records)
    if not cost:
        return None
    ratio = f"{cost.cpu / cost.records / (base.cpu / base.records):.2f}" if base else ""
    got = answer() if answer else cost.output
    said = "" if right is None else "same answer" if got == right else f"OTHER ANSWER: {got[:60]}, not {right}"
    print(f"{name:<47}{cost.cpu:8.2f}{cost.wall:8.2f}{cost.records / cost.cpu / 1e6:9.3f}{cost.memory:7.0f}  {ratio:<8}{said}".rstrip(), flush=True)
    return cost


def machine():
    with open("/proc/cpuinfo") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    with open("/proc/loadavg") as f:
        load = f.read().split()[0]
    return f"{os.cpu_count()} x {model}, {memory} GiB, {platform.system()} {platform.release()}; load before: {load}"
