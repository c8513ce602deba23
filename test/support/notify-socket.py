"""A stand-in for systemd: binds a Unix datagram socket and prints each message as a line of JSON."""
import json
import socket
import sys

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print(json.dumps({"bound": True}), flush=True)
while True:
    # Descriptors that come along (BARRIER=1) are closed at once, which tells the sender that its messages were taken.
    message = receiver.recv(65536).decode()
    print(json.dumps({"message": message.splitlines()}), flush=True)
