"""How gunicorn serves the site behind nginx. Numbers come from the environment."""

import os

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than nginx keeps an idle connection to us
max_requests = 2000  # a worker that grows is replaced
max_requests_jitter = 200
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat file; a disk could stall it
control_socket_disable = True
errorlog = "-"
accesslog = None  # addresses hold signed links; the site's own log has request ids
