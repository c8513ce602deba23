"""An RTSP camera from GStreamer's RTSP server. Prints one JSON line with its address when it listens.

argv[1]: JSON {file?, stamped?, port?, pattern?, width, height, framesPerSecond, keyInterval, bframes, user?, password?, sampleAspect?,
codec?: "h264"|"h265", certificate?: PEM text of a certificate and its key; then it speaks TLS}
With `file` (an .mp4 or .mkv with H.264) it is played in a loop without re-encoding, else GStreamer's test picture.
"""
import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
options = json.loads(sys.argv[1])


STAMP_BITS = 24
STAMP_ROWS = 48


class StampedPicture(GstRtspServer.RTSPMediaFactory):
    """Grey pictures that carry the time at which they were taken, so that delays can be measured: in the upper rows 24
    equal columns, black or white, most significant bit first, of CLOCK_MONOTONIC in milliseconds modulo 2^24."""

    def __init__(self, width, height, rate):
        super().__init__()
        self.width, self.height, self.rate = width, height, rate
        self.set_shared(True)
        self.set_launch(
            f"( appsrc name=source is-live=true format=time caps=video/x-raw,format=I420,width={width},"
            f"height={height},framerate={rate}/1 ! x264enc tune=zerolatency sliced-threads=false threads=1 "
            f"speed-preset=ultrafast key-int-max={rate} ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
        )
        self.connect("media-configure", self.configure)

    def configure(self, _factory, media):
        source = media.get_element().get_child_by_name("source")
        state = {"n": 0, "stopped": False}
        start = GLib.get_monotonic_time()
        width, height = self.width, self.height
        rest = bytes([128]) * (width * (height - STAMP_ROWS) + width * height // 2)

        def push():
            if state["stopped"]:
                return False
            now = GLib.get_monotonic_time()
            if now < start + state["n"] * 1_000_000 // self.rate:
                return True
            stamp = now // 1000 % 2**STAMP_BITS
            bits = [(stamp >> (STAMP_BITS - 1 - x * STAMP_BITS // width)) & 1 for x in range(width)]
            row = bytes(235 if bit else 16 for bit in bits)
            buffer = Gst.Buffer.new_wrapped(row * STAMP_ROWS + rest)
            buffer.pts = (now - start) * 1000
            buffer.duration = 1_000_000_000 // self.rate
            state["n"] += 1
            return source.emit("push-buffer", buffer) == Gst.FlowReturn.OK

        GLib.timeout_add(1, push)
        media.connect("unprepared", lambda _media: state.update(stopped=True))


class LoopingFile(GstRtspServer.RTSPMediaFactory):
    """Feeds the access units of a file with rising times, so that its end cannot be seen in the stream."""

    def __init__(self, path):
        super().__init__()
        self.units = read_units(path)
        self.set_shared(True)
        self.set_launch(
            "( appsrc name=source is-live=true do-timestamp=false format=time "
            "caps=video/x-h264,stream-format=byte-stream,alignment=au ! h264parse config-interval=-1 ! "
            "rtph264pay name=pay0 pt=96 )"
        )
        self.connect("media-configure", self.configure)

    def configure(self, _factory, media):
        source = media.get_element().get_child_by_name("source")
        state = {"n": 0, "round": 0, "stopped": False}
        units, length = self.units
        clock_start = [None]

        def push():
            if state["stopped"]:
                return False
            now = GLib.get_monotonic_time() * 1000
            if clock_start[0] is None:
                clock_start[0] = now
            while True:
                pts, dts, data = units[state["n"]]
                base = state["round"] * length
                if clock_start[0] + base + dts > now:
                    break
                buffer = Gst.Buffer.new_wrapped(data)
                buffer.pts = base + pts
                buffer.dts = base + dts
                if source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                    return False
                state["n"] += 1
                if state["n"] == len(units):
                    state["n"] = 0
                    state["round"] += 1
            return True

        GLib.timeout_add(5, push)
        media.connect("unprepared", lambda _media: state.update(stopped=True))


def read_units(path):
    pipeline = Gst.parse_launch(
        "filesrc name=f ! parsebin ! h264parse config-interval=-1 ! "
        "video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=out sync=false"
    )
    pipeline.get_by_name("f").set_property("location", path)
    sink = pipeline.get_by_name("out")
    pipeline.set_state(Gst.State.PLAYING)
    units = []
    step = 0
    while True:
        sample = sink.emit("pull-sample")
        if sample is None:
            break
        buffer = sample.get_buffer()
        data = buffer.extract_dup(0, buffer.get_size())
        dts = buffer.dts if buffer.dts != Gst.CLOCK_TIME_NONE else buffer.pts
        units.append([buffer.pts, dts, data])
        step = buffer.duration if buffer.duration != Gst.CLOCK_TIME_NONE else step
    pipeline.set_state(Gst.State.NULL)
    if not units:
        raise SystemExit(f"no H.264 in {path}")
    first = min(unit[1] for unit in units)
    for unit in units:
        unit[0] -= first
        unit[1] -= first
    return units, units[-1][1] + (step or 40_000_000)


def coding(codec, key, bframes):
    if codec == "h265":
        extra = f"bframes={bframes}:pools=none:frame-threads=1:log-level=none"
        return f"x265enc speed-preset=ultrafast tune=zerolatency key-int-max={key} option-string={extra} ! h265parse ! rtph265pay"
    tune = "0" if bframes else "zerolatency"
    return (
        f"x264enc tune={tune} sliced-threads=false threads=1 speed-preset=ultrafast key-int-max={key} "
        f"bframes={bframes} ! rtph264pay"
    )


def test_picture():
    factory = GstRtspServer.RTSPMediaFactory()
    rate = options.get("framesPerSecond", 25)
    factory.set_launch(
        "( videotestsrc is-live=true pattern={pattern} ! "
        "video/x-raw,width={width},height={height},framerate={rate}/1,pixel-aspect-ratio={sar} ! "
        "{coding} name=pay0 pt=96 config-interval=-1 )".format(
            pattern=options.get("pattern", "ball"),
            width=options.get("width", 640),
            height=options.get("height", 360),
            rate=rate,
            sar=options.get("sampleAspect", "1/1"),
            coding=coding(options.get("codec", "h264"), options.get("keyInterval", rate), options.get("bframes", 0)),
        )
    )
    factory.set_shared(True)
    return factory


server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(str(options.get("port", 0)))
if "file" in options:
    factory = LoopingFile(options["file"])
elif options.get("stamped"):
    factory = StampedPicture(options.get("width", 640), options.get("height", 360), options.get("framesPerSecond", 25))
else:
    factory = test_picture()

if "user" in options or "certificate" in options:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if "certificate" in options:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_pem(options["certificate"], -1))
    if "user" in options:
        # Digest, as most cameras want it.
        auth.set_supported_methods(2)
        auth.add_digest(options["user"], options["password"], token)
    else:
        auth.set_default_token(token)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)
    server.set_auth(auth)

server.get_mount_points().add_factory("/stream", factory)
sessions = {"teardowns": 0}


def on_client(_server, client):
    def on_teardown(*_):
        sessions["teardowns"] += 1
        print(json.dumps({"teardown": sessions["teardowns"]}), flush=True)

    client.connect("teardown-request", on_teardown)


server.connect("client-connected", on_client)
if server.attach(None) == 0:
    raise SystemExit("the address is in use")
print(json.dumps({"port": server.get_bound_port()}), flush=True)

loop = GLib.MainLoop()


def follow_parent():
    """Ends with whoever started it: a test that is killed leaves no camera behind."""
    sys.stdin.read()
    loop.quit()


threading.Thread(target=follow_parent, daemon=True).start()
loop.run()
