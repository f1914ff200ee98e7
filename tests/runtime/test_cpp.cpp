// test_cpp.cpp - xnc.hpp around the hand-written model of tiny_model.h.
//
// Each check is a line that says what holds; the program prints the first that does not and ends
// with 1.
#include "xnc.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <vector>

extern "C" {
#define _Alignas alignas // tiny_model.h is C11
#include "tiny_model.h"
}

namespace {

void expect(bool holds, const char *what) {
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::exit(1);
    }
}

// The status that an action throws; XNC_OK when it throws nothing.
template <typename Action> xnc_status thrown(Action action) {
    try {
        action();
    } catch (const xnc::Error &error) {
        return error.status();
    }
    return XNC_OK;
}

template <typename Owner> constexpr bool moves_only() {
    return std::is_nothrow_move_constructible<Owner>::value &&
           std::is_move_assignable<Owner>::value && !std::is_copy_constructible<Owner>::value;
}
static_assert(moves_only<xnc::Weights>() && moves_only<xnc::Pool>() && moves_only<xnc::Arena>() &&
                  moves_only<xnc::Session>(),
              "owners move and do not copy");

struct Bench {
    tiny_blob blob;
    std::vector<float> input, sum, copy;

    Bench() : input(TINY_ELEMENTS), sum(TINY_ELEMENTS), copy(TINY_ELEMENTS) {
        make_blob(&blob);
        make_input(input.data());
    }
    xnc::Weights weights() const {
        return xnc::Weights::attach(tiny_model, blob.data, TINY_BYTES);
    }
    void run(xnc::Session &session) {
        const std::array<xnc::Span<float>, 2> outputs = {sum, copy};
        session.run(input, outputs);
        for (int i = 0; i < TINY_ELEMENTS; i++) {
            expect(sum[static_cast<std::size_t>(i)] == expected_sum(i), "output 0 is right");
            expect(copy[static_cast<std::size_t>(i)] == expected_copy(i), "output 1 is right");
        }
    }
};

void a_model_tells_what_it_is() {
    const xnc::Model model(tiny_model);
    expect(model.name() == std::string("tiny"), "the name is the model's");
    expect(model.outputs() == 2, "it has two outputs");
    expect(model.input().shape().size() == 4 && model.input().shape()[3] == 5, "shape of x");
    expect(model.output(1).layout() == std::string("NC"), "output 1 has rank 2");
    expect(model.preprocess().height == 299, "height of the evaluation");
    expect(thrown([&] { model.output(2); }) == XNC_E_ARGUMENT, "there is no output 2");
}

void runs_are_right_with_and_without_a_pool() {
    Bench bench;
    const xnc::Weights weights = bench.weights();
    xnc::Session alone(weights);
    bench.run(alone);
    const xnc::Pool pool(3);
    xnc::Session together(weights, pool);
    bench.run(together);
}

void a_session_survives_moves() {
    Bench bench;
    xnc::Weights weights = bench.weights();
    xnc::Session session(weights);
    const xnc::Weights moved = std::move(weights);
    xnc::Session elsewhere = std::move(session);
    bench.run(elsewhere);
}

void wrong_sizes_are_refused() {
    Bench bench;
    const xnc::Weights weights = bench.weights();
    xnc::Session session(weights);
    const std::array<xnc::Span<float>, 2> outputs = {bench.sum, bench.copy};
    const xnc::Span<const float> cut(bench.input.data(), TINY_ELEMENTS - 1);
    expect(thrown([&] { session.run(cut, outputs); }) == XNC_E_ARGUMENT, "the input is cut");
    expect(thrown([&] { session.run(bench.input, bench.sum); }) == XNC_E_ARGUMENT,
           "one output where the model has two");
    bench.copy.pop_back();
    const std::array<xnc::Span<float>, 2> small = {bench.sum, bench.copy};
    expect(thrown([&] { session.run(bench.input, small); }) == XNC_E_ARGUMENT, "output 1 is cut");
}

void errors_say_what_and_why() {
    const Bench bench;
    expect(thrown([] { xnc::Pool(0); }) == XNC_E_ARGUMENT, "a pool has at least one thread");
    expect(thrown([] { xnc::Arena(0); }) == XNC_E_MEMORY, "no arena of nothing");
    expect(thrown([&] { xnc::Weights::attach(other_model, bench.blob.data, TINY_BYTES); }) ==
               XNC_E_MISMATCH,
           "another network's weights");
    try {
        xnc::Weights::open(tiny_model, "no such file");
        expect(false, "a missing file is an error");
    } catch (const xnc::Error &error) {
        const std::string text = std::string("no such file: ") + xnc_status_text(XNC_E_IO);
        expect(error.status() == XNC_E_IO && error.what() == text, "the text names the file");
    }
}

} // namespace

int main() {
    a_model_tells_what_it_is();
    runs_are_right_with_and_without_a_pool();
    a_session_survives_moves();
    wrong_sizes_are_refused();
    errors_say_what_and_why();
    return 0;
}
