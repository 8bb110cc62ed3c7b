"""A hub on this machine: the few addresses of the Hugging Face Hub that its real client asks, over a folder."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def serving(repository: str, folder: Path) -> Iterator[str]:
    """Serve ``folder`` as the only repository, with one commit called ``main`` too; give the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, *, body: bool) -> None:
            path = unquote(urlsplit(self.path).path)
            api = f"/api/models/{repository}"
            files = f"/{repository}/resolve/"
            if path == api or path.startswith(f"{api}/revision/"):
                revision = path.removeprefix(api).removeprefix("/revision/") or "main"
                if revision not in {"main", COMMIT}:
                    return self._refuse("RevisionNotFound", body=body)
                names = sorted(
                    p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()
                )
                told = {
                    "_id": "1",
                    "id": repository,
                    "modelId": repository,
                    "sha": COMMIT,
                    "private": False,
                    "tags": [],
                }
                told |= {"siblings": [{"rfilename": name} for name in names]}
                return self._send(
                    json.dumps(told).encode(), {"Content-Type": "application/json"}, body=body
                )
            if path == f"{api}/tree/{COMMIT}":
                tree = [
                    {
                        "type": "file",
                        "path": p.relative_to(folder).as_posix(),
                        "size": p.stat().st_size,
                        "oid": "0" * 40,
                    }
                    for p in sorted(folder.rglob("*"))
                    if p.is_file()
                ]
                return self._send(
                    json.dumps(tree).encode(), {"Content-Type": "application/json"}, body=body
                )
            if path.startswith(files):
                revision, _, name = path.removeprefix(files).partition("/")
                file = folder / name
                if revision not in {"main", COMMIT}:
                    return self._refuse("RevisionNotFound", body=body)
                if not file.is_file():
                    return self._refuse("EntryNotFound", body=body)
                data = file.read_bytes()
                etag = f'"{hashlib.sha1(data).hexdigest()}"'
                return self._send(data, {"ETag": etag, "X-Repo-Commit": COMMIT}, body=body)
            return self._refuse("RepoNotFound", body=body)

        def _refuse(self, code: str, *, body: bool) -> None:
            self._send(b"{}", {"X-Error-Code": code}, status=404, body=body)

        def _send(
            self, data: bytes, headers: dict[str, str], *, status: int = 200, body: bool
        ) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if body:
                self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
