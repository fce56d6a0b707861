#!/usr/bin/env python3
"""The browser's viewer in headless Chromium: opens the demo mine, clicks a zone, reads its reasons, keeps a screenshot.

Usage: test-web.py FOLDER PAGE.html PICTURE.png

FOLDER is what `minesift view MAP --web FOLDER` wrote, PAGE.html the single page of the same map. Needs chromium and
chromedriver; speaks WebDriver with Python's own library. Listens on 127.0.0.1 only.
"""
import base64
import functools
import http.server
import json
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zlib

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1180,820",
]
PATIENCE_S = 240


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Driver:
    """A WebDriver session."""

    def __init__(self, profile):
        self.port = free_port()
        program = shutil.which("chromedriver") or sys.exit("chromedriver is not there (Debian: chromium-driver)")
        self.process = subprocess.Popen([program, f"--port={self.port}"], stdout=subprocess.DEVNULL)
        wait("chromedriver", lambda: self.alive())
        options = {"args": [*FLAGS, f"--user-data-dir={profile}"]}
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if chromium:
            options["binary"] = chromium
        # A busy machine draws slowly: the driver must not give up before this script does.
        patience = {"script": PATIENCE_S * 1000, "pageLoad": PATIENCE_S * 1000}
        always = {"browserName": "chrome", "goog:chromeOptions": options, "timeouts": patience}
        body = {"capabilities": {"alwaysMatch": always}}
        self.session = self.call("POST", "/session", body)["sessionId"]

    def alive(self):
        try:
            return self.call("GET", "/status").get("ready")
        except (urllib.error.URLError, ConnectionError):
            return False

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def on(self, method, path, body=None):
        return self.call(method, f"/session/{self.session}{path}", body)

    def run(self, script, *arguments):
        return self.on("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def state(self):
        """What stands on the screen; what the page says where it could not open."""
        said = self.run("return window.minesift ? window.minesift.state() : (document.getElementById('say')||{}).textContent")
        if said and not said.startswith("{") and "cannot be opened" in said:
            raise RuntimeError(said)
        state = json.loads(said) if said and said.startswith("{") else {}
        if "stopped" in state:
            raise RuntimeError(state["stopped"])
        return state

    def click(self, x, y):
        # Held down for a while, since a press and a release within one slow frame may be lost; below 0.8 s, after
        # which it is no click.
        move = {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)}
        steps = [move, {"type": "pause", "duration": 400}, {"type": "pointerDown", "button": 0},
                 {"type": "pause", "duration": 350}, {"type": "pointerUp", "button": 0}]
        hand = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}
        self.on("POST", "/actions", {"actions": [hand]})

    def close(self):
        try:
            self.on("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait()


def wait(what, ready):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        time.sleep(0.3)
    raise RuntimeError(f"waited {PATIENCE_S} s for {what}")


def colours(png):
    """How many different colours a PNG of 8-bit samples shows."""
    width, height, _, kind = struct.unpack(">IIBB", png[16:26])
    channels = {2: 3, 6: 4}[kind]
    packed, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at:at + 4])
        if png[at + 4:at + 8] == b"IDAT":
            packed += png[at + 8:at + 8 + length]
        at += 12 + length
    raw, stride = zlib.decompress(packed), width * channels
    before, seen = bytearray(stride), set()
    for y in range(height):
        how = raw[y * (stride + 1)]
        line = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left = line[i - channels] if i >= channels else 0
            up, corner = before[i], before[i - channels] if i >= channels else 0
            if how == 1:
                line[i] = (line[i] + left) & 255
            elif how == 2:
                line[i] = (line[i] + up) & 255
            elif how == 3:
                line[i] = (line[i] + (left + up) // 2) & 255
            elif how == 4:
                p = left + up - corner
                near = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))[2]
                line[i] = (line[i] + near) & 255
        seen.update(bytes(line[i:i + 3]) for i in range(0, stride, channels * 3))
        before = line
    return len(seen)


def opened(driver, address, what):
    begin = time.monotonic()
    driver.on("POST", "/url", {"url": address})
    state = wait(f"{what}: a drawn frame", lambda: (s := driver.state()).get("frames", 0) > 2 and s)
    print(f"{what}: opened in {time.monotonic() - begin:.1f} s, {state['triangles']} triangles, judged on {state['day']}")


def main():
    folder, page, picture = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        driver = Driver(profile)
        try:
            address = f"http://127.0.0.1:{server.server_port}/index.html?gl=1&lang=zh"
            opened(driver, address, "folder on a static server")
            zone = "3:forbidden"
            spot = wait(f"zone {zone} on the screen", lambda: driver.run("return Array.from(window.minesift.spot_of(arguments[0]))", zone))
            driver.click(*spot)
            chosen = wait("the reasons", lambda: (c := driver.state().get("chosen")) and c["rules"] and c)
            print(f"clicked {chosen['id']} at {chosen['at']}: closed by {', '.join(chosen['rules'])}")
            if chosen["id"] != zone:
                raise RuntimeError(f"clicked {zone}, met {chosen['id']}")
            time.sleep(3)
            png = base64.b64decode(driver.on("GET", "/screenshot"))
            picture.parent.mkdir(parents=True, exist_ok=True)
            picture.write_bytes(png)
            found = colours(png)
            if found < 200:
                raise RuntimeError(f"{picture}: only {found} colours: the canvas is blank")
            print(f"{picture.name}: {len(png)} bytes, {found} colours")
            frames = driver.state()["frames"]
            time.sleep(2)
            print(f"at rest: {driver.state()['frames'] - frames} frames in 2 s")
            opened(driver, page.as_uri() + "?gl=1", "single page from the disk")
        finally:
            driver.close()
            server.shutdown()
    print("test-web: ok")


if __name__ == "__main__":
    main()
