"""The server of the site, behind a proxy: gunicorn -c deploy/gunicorn.conf.py (docs/deploy.md)."""

import gc

wsgi_app = "cms.wsgi"
# Only the proxy of this machine: slow clients have to wait there, not in a thread.
bind = "127.0.0.1:8000"
# Of each, as many as there are processors; a thread that waits for a disk or a database costs next to nothing.
workers = 2
worker_class = "gthread"
threads = 16
# What the proxy has sent whole is answered or given up before the proxy gives up.
timeout = 60
graceful_timeout = 30
keepalive = 5
# Memory that pictures leave behind goes back to the system.
max_requests = 20_000
max_requests_jitter = 2_000
# The sign of life of a process is a file: in memory it needs no disk, which may be full.
worker_tmp_dir = "/dev/shm"  # noqa: S108
umask = 0o027
# Nobody steers it by a socket of its own; systemd does.
control_socket_disable = True
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190


def post_worker_init(worker: object) -> None:  # noqa: ARG001 - gunicorn's own signature
    """Let the collector of garbage pass over the loaded code: a look at all of it holds up a page for 0.2 s."""
    gc.collect()
    gc.freeze()
