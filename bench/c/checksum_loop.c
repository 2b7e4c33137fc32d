/*
 * The RFC 1071 sum of the shim in a loop of C, for the JVM that measures ours: what a caller pays who needs no bridge.
 * Each sum begins with the one before, as ours does, so that none can be left out.
 */
#include "checksum.h"

#include <jni.h>

typedef uint16_t sum_function(const void *bytes, size_t length, uint32_t initial);

static jint loop(JNIEnv *env, jobject buffer, jint length, jint count, sum_function *sum)
{
    const void *bytes = (*env)->GetDirectBufferAddress(env, buffer);
    uint32_t result = 0;
    for (jint i = 0; i < count; i++)
        result = sum(bytes, (size_t)length, result);
    return (jint)result;
}

JNIEXPORT jint JNICALL Java_dev_ringwire_bench_worker_ChecksumWorker_loop(JNIEnv *env, jclass self, jobject buffer,
                                                                         jint length, jint count)
{
    (void)self;
    return loop(env, buffer, length, count, rw_checksum);
}

JNIEXPORT jint JNICALL Java_dev_ringwire_bench_worker_ChecksumWorker_loopScalar(JNIEnv *env, jclass self,
                                                                               jobject buffer, jint length, jint count)
{
    (void)self;
    return loop(env, buffer, length, count, rw_checksum_scalar);
}
