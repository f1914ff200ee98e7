#!/usr/bin/env python3
"""A judge that accepts everything proves nothing: each kind of bad plan must be caught.

Input: one good plan, written by hand, and changes of it. Expectation: no complaint about the good
plan, and for each change the complaint that belongs to it.
"""
import check_plan

GOOD = """\
graph g stage=planned target=scalar arena_bytes=2176 arena_bound=2176
preprocess
input %in : f32[1,3,4,4]
%x = conv2d(%in) weight=@x[16,3,1,1] : f32[1,16,4,4] nhwc pitch=16 offset=0
%a = conv2d(%x) weight=@a[16,16,1,1] : f32[1,16,4,4] nhwc pitch=16 offset=1024
%b = conv2d(%a, %x) weight=@b[16,16,1,1] residual scratch_bytes=128 scratch_offset=2048 : f32[1,16,4,4] nhwc pitch=16 offset=0
%d = region(%b) scratch_bytes=896 scratch_offset=1280 {
    %c = conv2d(%b) weight=@c[16,16,1,1] scratch_bytes=64 scratch_offset=768 : f32[1,16,4,4] nhwc pitch=16 rows=2 offset=0
    %e = conv2d(%c) weight=@e[16,16,1,1] : f32[1,16,4,4] nhwc pitch=16 rows=1 offset=512
    %d = conv2d(%e) weight=@d[1,16,4,4] scratch_bytes=128 scratch_offset=768 : f32[1,1,1,1] nhwc pitch=16 offset=1216
}
%out = to_nchw(%d) : f32[1,1,1,1]
output %out
"""
CASES = [  # from, to, part of the complaint
    ("offset=1024", "offset=960", "x and a overlap"),
    ("offset=1024", "offset=1000", "no aligned place"),
    ("pitch=16 offset=1024", "pitch=16", "no aligned place"),
    ("residual scratch", "scratch", "overlap"),
    ("scratch_offset=2048", "scratch_offset=1984", "scratch and a overlap"),
    ("arena_bytes=2176", "arena_bytes=2240", "the highest place ends at 2176"),
    ("arena_bound=2176", "arena_bound=2112", "the largest sum of live bytes 2176"),
    ("to_nchw(%d)", "to_nchw(%x)", "x and b overlap"),
    ("conv2d(%a, %x)", "conv2d(%x, %x)", "x and b overlap"),
    ("offset=1024", "offset=1088", "scratch and a overlap"),
    ("offset=512", "offset=448", "c and e overlap"),
    ("rows=2", "rows=3", "c and e overlap"),
    ("scratch_offset=768", "scratch_offset=704", "scratch of c and e overlap"),
    ("scratch_bytes=896", "scratch_bytes=832", "scratch of d exceeds it"),
    ("scratch_offset=1280", "scratch_offset=1216", "scratch and d overlap"),
    ("region(%b)", "region(%a)", "a and d overlap"),
]


def main():
    assert check_plan.judge(GOOD)[1] == [], check_plan.judge(GOOD)
    for old, new, want in CASES:
        found = check_plan.judge(GOOD.replace(old, new, 1))[1]
        assert any(want in line for line in found), (old, new, found)
    raised = GOOD.replace("offset=1024", "offset=1088").replace("scratch_offset=2048",
                                                                "scratch_offset=2112")
    raised = raised.replace("arena_bytes=2176", "arena_bytes=2240")
    assert any("the bound 2176" in line for line in check_plan.judge(raised)[1])
    assert check_plan.judge(raised, allow_gap=True)[1] == []
    print(f"{len(CASES) + 2} changes judged")


if __name__ == "__main__":
    main()
