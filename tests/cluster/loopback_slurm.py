"""A Slurm cluster of two nodes on the loopback address, of Debian's slurm-wlm and munge, in a temporary folder: its own key,
socket and ports, no services of the system. For tests; needs root, as slurmd does."""
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "sinfo"]
NODES = ["node1", "node2"]
KILL_WAIT_S = 5
REQUEUE_S = KILL_WAIT_S + 4
CONFIGURATION = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=socket={folder}/munge/socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/log/slurmctld
SlurmdLogFile={folder}/log/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
ReturnToService=2
KillWait={kill_wait}
MailProg=/bin/true
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2 State=UNKNOWN
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2 State=UNKNOWN
PartitionName=all Nodes=node1,node2 Default=YES MaxTime=30 State=UP
"""


def program(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def why_not():
    """Why there can be no such cluster here; nothing where there can."""
    missing = [name for name in PROGRAMS if not program(name)]
    if missing:
        return f"{', '.join(missing)} not found (Debian: slurm-wlm, munge)"
    return None if os.geteuid() == 0 else "slurmd needs root"


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class LoopbackSlurm:
    """Started by `with`; its daemons, and what their jobs left running, are ended with it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        # munged asks that others cannot write to the way to its socket, and lets them go along it.
        for name in ("munge", "state", "log", *(f"spool/{node}" for node in NODES)):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "munge").chmod(0o711)
        key = self.folder / "munge/key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        self.configuration = self.folder / "slurm.conf"
        self.configuration.write_text(CONFIGURATION.format(
            host=socket.gethostname().split(".")[0], folder=self.folder, ports=free_ports(3),
            kill_wait=KILL_WAIT_S))
        self.environment = {**os.environ, "SLURM_CONF": str(self.configuration)}
        for name in [name for name in self.environment if name.startswith(("SLURM_", "SBATCH_"))]:
            if name != "SLURM_CONF":
                del self.environment[name]

    def call(self, *command, **more):
        done = subprocess.run([program(command[0]) or command[0], *map(str, command[1:])], env=self.environment,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, **more)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stdout}")
        return done.stdout

    def __enter__(self):
        try:
            munge = self.folder / "munge"
            self.call("munged", "--force", f"--key-file={munge}/key", f"--socket={munge}/socket", f"--pid-file={munge}/pid",
                      f"--log-file={munge}/log", f"--seed-file={munge}/seed")
            self.call("slurmctld", "-f", self.configuration)
            for node in NODES:
                self.call("slurmd", "-N", node, "-f", self.configuration)
            end = time.monotonic() + 30
            while self.call("sinfo", "-h", "-o", "%T %D").split() != ["idle", "2"]:
                if time.monotonic() > end:
                    raise RuntimeError("the nodes do not come up: " + self.call("sinfo", "-R"))
                time.sleep(0.2)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in ("slurmctld.pid", *(f"{node}.pid" for node in NODES), "munge/pid"):
            self._end(self.folder / name)

    @staticmethod
    def _end(pid_file):
        try:
            pid = int(pid_file.read_text())
            os.kill(pid, signal.SIGTERM)
            for _ in range(100):
                os.kill(pid, 0)
                time.sleep(0.1)
            os.kill(pid, signal.SIGKILL)
        except (OSError, ValueError):
            pass  # it was not started, or has ended

    def wait_for_all_jobs(self, limit_s):
        """Slurm lets what went back into the queue wait for two minutes; a test only until the first try has surely ended, else
        Slurm takes the end of that for the end of the second."""
        end, seen = time.monotonic() + limit_s, {}
        while jobs := self.call("squeue", "-h", "-r", "-o", "%i %T %r").splitlines():
            for job in jobs:
                number, state, reason = job.split(maxsplit=2)
                if state != "PENDING" or reason != "BeginTime":
                    seen.pop(number, None)
                elif time.monotonic() > seen.setdefault(number, time.monotonic()) + REQUEUE_S:
                    self.call("scontrol", "update", f"JobId={number}", "StartTime=now")
                if state == "PENDING" and re.search("Never|held", reason, re.I):
                    raise RuntimeError(f"job {number} can never run: {reason}")
            if time.monotonic() > end:
                raise RuntimeError("jobs did not end in time:\n" + "\n".join(jobs))
            time.sleep(0.2)
