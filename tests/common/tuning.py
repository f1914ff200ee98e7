"""A file of --tuning with small numbers, which every target takes."""


def tuning(target):
    return f"""cpu: "some CPU"
target: {target}
pw_rows: 3
pw_vectors: 3
pw_unroll: 3
pw_near: 0
dw_columns: 3
block_bytes: 65536
l1_bytes: 16384
l2_bytes: 131072
"""
