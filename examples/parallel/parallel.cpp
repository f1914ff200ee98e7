// parallel.cpp - many pictures on several threads that share one copy of the weights, in C++17.
//
//   parallel WEIGHTS THREADS PICTURE...
//
// Each thread owns a session (an arena) and takes the next picture until there are none; the
// weights are opened once. Answers come in the order of the pictures, whoever computed them.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "picture.h"
#include "xception_mini.h"
#include "xnc.hpp"
#include "xnc_top.h"

namespace {

constexpr std::size_t most_pixels = 100'000'000;

// A decoded picture that frees itself.
class Picture {
  public:
    explicit Picture(const char *path) {
        const picture_status status = picture_read(path, most_pixels, &image);
        if (status != PICTURE_OK) {
            throw std::runtime_error(picture_text(status));
        }
    }
    ~Picture() {
        picture_free(&image);
    }
    Picture(const Picture &) = delete;
    Picture &operator=(const Picture &) = delete;
    const xnc_image *get() const noexcept {
        return &image;
    }

  private:
    xnc_image image;
};

// What one thread needs: it keeps its memory from one picture to the next.
class Classifier {
  public:
    explicit Classifier(const xnc::Weights &weights)
        : session(weights), input(session.model().input().elements()),
          logits(session.model().output(0).elements()) {
    }

    std::string classify(const char *path) {
        prepare(Picture(path));
        session.run(input, logits);
        const int classes = static_cast<int>(logits.size());
        xnc_ranked best;
        xnc_softmax(logits.data(), logits.data(), classes);
        xnc_top(logits.data(), classes, &best, 1);
        char text[64];
        std::snprintf(text, sizeof text, "%6.2f %%  class %d",
                      100.0 * static_cast<double>(best.value), best.index);
        return text;
    }

  private:
    void prepare(const Picture &picture) {
        const xnc_preprocess &how = session.model().preprocess();
        const int channels = static_cast<int>(session.model().input().shape()[1]);
        scratch.resize(xnc_image_scratch_bytes(&how, channels, picture.get()));
        xnc::check(xnc_image_input(&how, channels, picture.get(), scratch.data(), scratch.size(),
                                   input.data()));
    }

    xnc::Session session;
    std::vector<float> input, logits;
    std::vector<unsigned char> scratch;
};

struct Answer {
    std::string text;
    bool good = false;
};

// The work of one thread.
void work(const xnc::Weights &weights, const std::vector<const char *> &paths,
          std::vector<Answer> &answers, std::atomic<std::size_t> &next) {
    Classifier classifier(weights);
    for (std::size_t i; (i = next++) < paths.size();) {
        try {
            answers[i] = {classifier.classify(paths[i]), true};
        } catch (const std::exception &error) {
            answers[i] = {error.what(), false};
        }
    }
}

int run(const char *weights_path, unsigned count, const std::vector<const char *> &paths) {
    const auto weights = xnc::Weights::open(xception_mini_model, weights_path, XNC_MAP);
    std::vector<Answer> answers(paths.size());
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < count; i++) {
        threads.emplace_back([&] { work(weights, paths, answers, next); });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    bool good = true;
    for (std::size_t i = 0; i < paths.size(); i++) {
        std::printf("%s: %s\n", paths[i], answers[i].text.c_str());
        good = good && answers[i].good;
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

int main(int argc, char **argv) {
    const long threads = argc > 3 ? std::strtol(argv[2], nullptr, 10) : 0;
    if (threads < 1 || threads > 64) {
        std::fprintf(stderr, "usage: parallel WEIGHTS THREADS(1..64) PICTURE...\n");
        return EXIT_FAILURE;
    }
    try {
        return run(argv[1], static_cast<unsigned>(threads), {argv + 3, argv + argc});
    } catch (const std::exception &error) {
        std::fprintf(stderr, "parallel: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
