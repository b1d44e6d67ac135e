#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""state.py [TRANSPORT]: provisioning state of this machine's ME, from Python."""
import ctypes
import sys

lib = ctypes.CDLL("libmeiprov.so.0")
lib.meiprov_state_name.restype = ctypes.c_char_p
lib.meiprov_state_name.argtypes = [ctypes.c_uint32]


class Error(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int), ("fw_status", ctypes.c_uint32),
                ("doing", ctypes.c_char * 96), ("why", ctypes.c_char * 256),
                ("next", ctypes.c_char * 256)]


class Open(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("transport", ctypes.c_char_p),
                ("index", ctypes.c_int), ("parent", ctypes.c_char_p),
                ("writable", ctypes.c_bool),
                ("record", ctypes.c_char_p), ("context", ctypes.c_void_p)]


class State(ctypes.Structure):
    _fields_ = [("has_provisioning", ctypes.c_bool), ("has_control", ctypes.c_bool),
                ("provisioning", ctypes.c_uint32), ("control", ctypes.c_uint32),
                ("generation", ctypes.c_uint64)]


def check(ret, err):
    """The library's negative errno as an exception."""
    if ret < 0:
        raise OSError(-ret, f"{err.doing.decode()}: {err.why.decode()}; {err.next.decode()}")


def state(transport):
    err, dev, now = Error(), ctypes.c_void_p(), State()
    how = Open(size=ctypes.sizeof(Open), transport=transport, index=-1)
    check(lib.meiprov_device_open_by(ctypes.byref(how), ctypes.byref(dev), ctypes.byref(err)), err)
    try:
        check(lib.meiprov_state_get(dev, ctypes.byref(now), ctypes.byref(err)), err)
    finally:
        lib.meiprov_device_close(dev)
    return lib.meiprov_state_name(now.provisioning).decode()


if __name__ == "__main__":
    print(state(sys.argv[1].encode() if len(sys.argv) > 1 else None))
