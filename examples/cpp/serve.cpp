// serve.cpp - a C++17 program that shares one copy of the weights between several threads.
//
// Each thread owns an arena and runs its own pictures; the weights are opened once. The wrappers at
// the top are all that C++ needs to own what the C interface hands out.
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "xception_mini.h"

namespace {

void check(xnc_status status) {
    if (status != XNC_OK) {
        throw std::runtime_error(xnc_status_text(status));
    }
}

struct CloseWeights {
    void operator()(xnc_weights *weights) const {
        xnc_weights_close(weights);
    }
};
using Weights = std::unique_ptr<xnc_weights, CloseWeights>;

Weights open_weights(const char *path) {
    xnc_weights *weights = nullptr;
    check(xnc_weights_open(&weights, &xception_mini_model, path, XNC_MAP));
    return Weights(weights);
}

struct DestroyArena {
    void operator()(void *arena) const {
        xnc_arena_destroy(arena);
    }
};

class Session {
  public:
    explicit Session(const xnc_weights *shared)
        : weights(shared), bytes(xnc_arena_bytes(&xception_mini_model, 1)),
          arena(xnc_arena_create(bytes)) {
        if (!arena) {
            check(XNC_E_MEMORY);
        }
    }

    std::vector<float> run(const std::vector<float> &image) {
        std::vector<float> logits(XCEPTION_MINI_CLASSES);
        float *const outputs[] = {logits.data()};
        check(xnc_run(&xception_mini_model, weights, arena.get(), bytes, image.data(), outputs,
                      nullptr));
        return logits;
    }

  private:
    const xnc_weights *weights;
    std::size_t bytes;
    std::unique_ptr<void, DestroyArena> arena;
};

std::vector<float> picture(unsigned seed) {
    std::vector<float> image(xnc_tensor_elements(xnc_model_input(&xception_mini_model)));
    for (float &value : image) {
        seed = seed * 1664525u + 1013904223u;
        value = static_cast<float>(seed >> 8) / 8388608.0f - 1.0f;
    }
    return image;
}

int serve(const char *path) {
    const Weights weights = open_weights(path);
    constexpr unsigned threads = 4;
    std::vector<std::vector<float>> answers(threads);
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < threads; i++) {
        workers.emplace_back([&, i] { answers[i] = Session(weights.get()).run(picture(i)); });
    }
    for (std::thread &worker : workers) {
        worker.join();
    }
    for (unsigned i = 0; i < threads; i++) {
        std::printf("picture %u: first logit %.6f\n", i, static_cast<double>(answers[i][0]));
    }
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: serve xception_mini.weights\n");
        return 1;
    }
    try {
        return serve(argv[1]);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "serve: %s: %s\n", argv[1], error.what());
        return 1;
    }
}
