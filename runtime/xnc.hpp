/* xnc.hpp - the runtime for C++17: owners that clean up after themselves, errors as exceptions.
 * SPDX-License-Identifier: MIT-0
 *
 * A header alone; it adds nothing to xnc.h but types. Ten lines make a program:
 *
 *     #include "xception41.h"
 *     #include "xnc.hpp"
 *
 *     auto weights = xnc::Weights::open(xception41_model, "xception41.weights"); // one, shared
 *     xnc::Session session(weights);                                        // one for each thread
 *     std::vector<float> logits(session.model().output(0).elements());
 *     session.run(image, logits);
 *
 * Everything here throws xnc::Error where xnc.h returns a status; Session::run() throws for wrong
 * sizes too. Owners move and do not copy; a moved-from one may be destroyed or assigned to.
 */
#ifndef XNC_HPP
#define XNC_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "xnc.h"

namespace xnc {

/* A status that is not XNC_OK. what() is its text, behind what it is about when that is known. */
class Error : public std::runtime_error {
  public:
    explicit Error(xnc_status status) : std::runtime_error(xnc_status_text(status)), code_(status) {
    }
    Error(xnc_status status, const std::string &about)
        : std::runtime_error(about + ": " + xnc_status_text(status)), code_(status) {
    }
    xnc_status status() const noexcept {
        return code_;
    }

  private:
    xnc_status code_;
};

/* Throws unless the status is XNC_OK. */
inline void check(xnc_status status) {
    if (status != XNC_OK) {
        throw Error(status);
    }
}

/* A view of elements that somebody else owns: a pointer and a count, made from any container with
 * data() and size(). C++17 has no std::span. */
template <typename T> class Span {
    template <typename Container>
    using IfContainer = std::enable_if_t<
        std::is_convertible<decltype(std::declval<Container &>().data()), T *>::value>;

  public:
    constexpr Span() = default;
    constexpr Span(T *first, std::size_t count) : first_(first), count_(count) {
    }
    template <std::size_t N> constexpr Span(T (&array)[N]) : first_(array), count_(N) {
    }
    template <typename Container, typename = IfContainer<Container>>
    constexpr Span(Container &&container) : first_(container.data()), count_(container.size()) {
    }
    constexpr T *data() const noexcept {
        return first_;
    }
    constexpr std::size_t size() const noexcept {
        return count_;
    }
    constexpr T &operator[](std::size_t index) const {
        return first_[index];
    }
    constexpr T *begin() const noexcept {
        return first_;
    }
    constexpr T *end() const noexcept {
        return first_ + count_;
    }

  private:
    T *first_ = nullptr;
    std::size_t count_ = 0;
};

/* What a model says of its input or of one of its outputs. */
class Tensor {
  public:
    explicit Tensor(const xnc_tensor_info &info) : info_(&info) {
    }
    const char *name() const noexcept {
        return info_->name;
    }
    /* N, C, H, W, or N, C. */
    Span<const std::int64_t> shape() const noexcept {
        return {info_->shape, static_cast<std::size_t>(info_->rank)};
    }
    const char *layout() const noexcept {
        return xnc_tensor_layout(info_);
    }
    std::size_t elements() const noexcept {
        return xnc_tensor_elements(info_);
    }

  private:
    const xnc_tensor_info *info_;
};

/* A compiled network, NAME_model of NAME.h: a reference that is free to copy. */
class Model {
  public:
    Model(const xnc_model &model) noexcept : model_(&model) { // NOLINT: as a reference would
    }
    const xnc_model *get() const noexcept {
        return model_;
    }
    const char *name() const noexcept {
        return xnc_model_name(model_);
    }
    const char *target() const noexcept {
        return xnc_model_target(model_);
    }
    const char *precision() const noexcept {
        return xnc_model_precision(model_);
    }
    const char *weights_type() const noexcept {
        return xnc_model_weights_type(model_);
    }
    Tensor input() const noexcept {
        return Tensor(*xnc_model_input(model_));
    }
    int outputs() const noexcept {
        return xnc_model_outputs(model_);
    }
    Tensor output(int index) const {
        const xnc_tensor_info *info = xnc_model_output(model_, index);
        return info ? Tensor(*info) : throw Error(XNC_E_ARGUMENT);
    }
    /// Names of the classes in UTF-8; nullptr when it was compiled without --with-labels.
    const char *const *labels() const noexcept {
        return xnc_model_labels(model_);
    }
    const xnc_preprocess &preprocess() const noexcept {
        return *xnc_model_preprocess(model_);
    }

  private:
    const xnc_model *model_;
};

/* One read-only copy of a model's weights, for any number of sessions in any threads. It outlives
 * them. */
class Weights {
  public:
    /* From a file: read into memory, or mapped with XNC_MAP. */
    static Weights open(Model model, const std::string &path, unsigned flags = 0) {
        xnc_weights *opened = nullptr;
        xnc_status status = xnc_weights_open(&opened, model.get(), path.c_str(), flags);
        if (status != XNC_OK) {
            throw Error(status, path);
        }
        return Weights(model, opened);
    }
    /* From memory that stays where it is: NAME_weights[] and NAME_WEIGHTS_BYTES, for example. */
    static Weights attach(Model model, const void *data, std::size_t bytes) {
        xnc_weights *attached = nullptr;
        check(xnc_weights_attach(&attached, model.get(), data, bytes));
        return Weights(model, attached);
    }
    Model model() const noexcept {
        return model_;
    }
    const xnc_weights *get() const noexcept {
        return weights_.get();
    }

  private:
    struct Close {
        void operator()(xnc_weights *closed) const noexcept {
            xnc_weights_close(closed);
        }
    };
    Weights(Model model, xnc_weights *weights) noexcept : model_(model), weights_(weights) {
    }

    Model model_;
    std::unique_ptr<xnc_weights, Close> weights_;
};

/* Threads for the layers of one run at a time. It outlives the sessions that use it. */
class Pool {
  public:
    explicit Pool(int threads) {
        xnc_pool *created = nullptr;
        check(xnc_pool_create(&created, threads));
        pool_.reset(created);
    }
    int threads() const noexcept {
        return xnc_pool_threads(pool_.get());
    }
    xnc_pool *get() const noexcept {
        return pool_.get();
    }

  private:
    struct Destroy {
        void operator()(xnc_pool *destroyed) const noexcept {
            xnc_pool_destroy(destroyed);
        }
    };
    std::unique_ptr<xnc_pool, Destroy> pool_;
};

/* Aligned memory for the maps of one run. */
class Arena {
  public:
    explicit Arena(std::size_t bytes) : bytes_(bytes), arena_(xnc_arena_create(bytes)) {
        if (!arena_) {
            throw Error(XNC_E_MEMORY);
        }
    }
    void *data() const noexcept {
        return arena_.get();
    }
    std::size_t size() const noexcept {
        return bytes_;
    }

  private:
    struct Destroy {
        void operator()(void *destroyed) const noexcept {
            xnc_arena_destroy(destroyed);
        }
    };
    std::size_t bytes_;
    std::unique_ptr<void, Destroy> arena_;
};

/* What one thread needs to run a model: shared weights and an arena of its own. Two threads may use
 * two sessions at once, never the same one. */
class Session {
  public:
    /* Runs on the calling thread. */
    explicit Session(const Weights &weights) : Session(weights, 1, nullptr) {
    }
    /* Runs on the threads of a pool. */
    Session(const Weights &weights, const Pool &pool)
        : Session(weights, pool.threads(), pool.get()) {
    }
    Model model() const noexcept {
        return model_;
    }
    /* A model with one output: image in, result out; each has exactly the elements that the model
     * says. Allocates nothing. */
    void run(Span<const float> input, Span<float> output) {
        run(input, Span<const Span<float>>(&output, 1));
    }
    /* One span for each output. Allocates nothing. */
    void run(Span<const float> input, Span<const Span<float>> outputs) {
        float *pointers[most_outputs];
        expect(outputs.size() == static_cast<std::size_t>(model_.outputs()));
        expect(outputs.size() <= most_outputs && input.size() == model_.input().elements());
        for (std::size_t i = 0; i < outputs.size(); i++) {
            expect(outputs[i].size() == model_.output(static_cast<int>(i)).elements());
            pointers[i] = outputs[i].data();
        }
        check(xnc_run(model_.get(), weights_, arena_.data(), arena_.size(), input.data(), pointers,
                      &exec_));
    }

  private:
    static constexpr std::size_t most_outputs = 64;

    Session(const Weights &weights, int threads, xnc_pool *pool)
        : model_(weights.model()), weights_(weights.get()),
          arena_(xnc_arena_bytes(model_.get(), threads)) {
        exec_.pool = pool;
    }
    static void expect(bool holds) {
        if (!holds) {
            throw Error(XNC_E_ARGUMENT);
        }
    }

    Model model_;
    const xnc_weights *weights_;
    Arena arena_;
    xnc_exec exec_ = {};
};

} // namespace xnc

#endif
