#!/usr/bin/env python3
"""cluster/kubernetes/job.yaml says what the program takes: an indexed Job whose count is told to the pods, options that
`slidetype run` has, and a rule for each exit code that it gives.

usage: job_yaml_test.py --program build/release/bin/slidetype
"""
import argparse
import pathlib
import subprocess
import sys

JOB = pathlib.Path(__file__).resolve().parent.parent.parent / "cluster" / "kubernetes" / "job.yaml"
SKIPPED = 77
CODES = {1, 2, 3, 75, 130, 137, 143}  # docs/cluster.md, and those of signals


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    try:
        import yaml
    except ImportError:
        print("skipped: no module yaml (Debian: python3-yaml)")
        return SKIPPED
    job = yaml.safe_load(JOB.read_text())
    spec = job["spec"]
    assert (job["apiVersion"], job["kind"], spec["completionMode"]) == ("batch/v1", "Job", "Indexed")
    pod = spec["template"]["spec"]
    assert pod["restartPolicy"] == "Never", "podFailurePolicy needs it"
    (container,) = pod["containers"]
    environment = {each["name"]: each["value"] for each in container["env"]}
    assert environment["JOB_COMPLETION_COUNT"] == str(spec["completions"]), "a pod would take a part of another number"
    mounted = {each["name"] for each in container["volumeMounts"]}
    assert mounted == {each["name"] for each in pod["volumes"]}
    rules = {}
    for rule in spec["podFailurePolicy"]["rules"]:
        codes = rule.get("onExitCodes")
        if codes:
            assert codes["containerName"] == container["name"] and codes["operator"] == "In"
            rules.update({code: rule["action"] for code in codes["values"]})
    assert set(rules) == CODES and rules[75] == "Count" and rules[2] == "FailIndex", rules
    # The options are those of the program, and the part is taken from the variables that Kubernetes sets.
    help_text = subprocess.run([program, "run", "--help"], text=True, capture_output=True, check=True).stdout
    for word in container["args"]:
        assert not word.startswith("--") or word in help_text, f"{word} is no option of run"
    return 0


if __name__ == "__main__":
    sys.exit(main())
