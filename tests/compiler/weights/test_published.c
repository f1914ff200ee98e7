/* Purpose: a published file of Keras is known by its content, and what its name has to do with that
 * is told. Input: the texts of RFC 1321, one longer than a block; names, sizes and digests that
 * belong together or not. Expectation: digests of that document and of hashlib; the texts here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "md5.h"
#include "published.h"

#include <string.h>

static void digests_are_those_of_the_document(void **state) {
    (void)state;
    static const struct Case {
        const char *text, *md5;
    } cases[] = {
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
         "9012345678901234567890123456789012345678901234567890",
         "a7b6d85c376369674899d0f397c9a2ad"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[MD5_TEXT_BYTES];
        md5_text((const uint8_t *)cases[i].text, strlen(cases[i].text), text);
        assert_string_equal(text, cases[i].md5);
    }
}

/* 55 bytes leave room for the length in the last block, 56 do not, 64 fill it. */
static void rests_of_a_block_are_padded(void **state) {
    (void)state;
    static const struct Case {
        size_t size;
        const char *md5;
    } cases[] = {{55, "04364420e25c512fd958a70738aa8f72"},
                 {56, "668a72d5ba17f08e62dabcafad6db14b"},
                 {64, "c1bb4f81d892b2d57947682aeb252456"}};
    uint8_t bytes[64];
    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[MD5_TEXT_BYTES];
        md5_text(bytes, cases[i].size, text);
        assert_string_equal(text, cases[i].md5);
    }
}

#define TOP "xception_weights_tf_dim_ordering_tf_kernels.h5"
#define TOP_MD5 "0a58e3b7378bc2990ea3b43d5981f1f6"
#define MINI_MD5 "48c4d1437ba6444a1d3b3d1f79dabb04"

static void name_and_content_are_compared(void **state) {
    (void)state;
    static const struct Case {
        const char *name;
        int64_t bytes;
        const char *md5, *found, *odd; /* NULL: none */
    } cases[] = {
        {TOP, 91884032, TOP_MD5, TOP, NULL},
        {"weights.h5", 91884032, TOP_MD5, TOP,
         "is " TOP " (Xception of keras.applications, ImageNet) under another name"},
        {TOP, 91884032, MINI_MD5, NULL,
         "is not the published file of this name (Xception of keras.applications, ImageNet), which "
         "has 91884032 bytes and the md5 " TOP_MD5 ": was it trained further, or is it cut?"},
        {TOP, 1000, "", NULL,
         "is not the published file of this name (Xception of keras.applications, ImageNet), which "
         "has 91884032 bytes and the md5 " TOP_MD5 ": was it trained further, or is it cut?"},
        {"weights.h5", 91884032, MINI_MD5, NULL, NULL},
        {"weights.h5", 1000, "", NULL, NULL},
        /* One content of several names. */
        {"emotion_model.hdf5", 872856, MINI_MD5, "emotion_model.hdf5", NULL},
        {"fer2013_mini_XCEPTION.102-0.66.hdf5", 872856, MINI_MD5,
         "fer2013_mini_XCEPTION.102-0.66.hdf5", NULL},
        {"gender_mini_XCEPTION.21-0.95.hdf5", 872856, MINI_MD5,
         "fer2013_mini_XCEPTION.102-0.66.hdf5",
         "is fer2013_mini_XCEPTION.102-0.66.hdf5 (mini_XCEPTION of oarriaga, emotions of fer2013) "
         "under another name"},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *odd;
        const PublishedFile *found =
            published_find(arena, cases[i].name, cases[i].bytes, cases[i].md5, &odd);
        assert_int_equal(found != NULL, cases[i].found != NULL);
        assert_int_equal(odd != NULL, cases[i].odd != NULL);
        if (found) {
            assert_string_equal(found->name, cases[i].found);
        }
        if (odd) {
            assert_string_equal(odd, cases[i].odd);
        }
    }
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_document),
        cmocka_unit_test(rests_of_a_block_are_padded),
        cmocka_unit_test(name_and_content_are_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
