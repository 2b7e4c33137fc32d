#include "checksum.h"
#include "ringwire_jni.h"

/* Java has checked every range; what is left to fail here is memory, and -1 says so. */

RW_NATIVE(jint, checksumArray0)
(JNIEnv *env, jclass type, jbyteArray bytes, jint offset, jint length, jint initial)
{
    RW_UNUSED(type);
    unsigned char *start = (*env)->GetPrimitiveArrayCritical(env, bytes, NULL);
    if (start == NULL)
        return -1;
    jint sum = rw_checksum(start + offset, (size_t)length, (uint32_t)initial);
    (*env)->ReleasePrimitiveArrayCritical(env, bytes, start, JNI_ABORT);
    return sum;
}

RW_NATIVE(jint, checksumBuffer0)
(JNIEnv *env, jclass type, jobject buffer, jint offset, jint length, jint initial)
{
    RW_UNUSED(type);
    unsigned char *start = (*env)->GetDirectBufferAddress(env, buffer);
    if (start == NULL)
        return -1;
    return rw_checksum(start + offset, (size_t)length, (uint32_t)initial);
}

RW_NATIVE(jint, checksumAddress0)
(JNIEnv *env, jclass type, jlong address, jint length, jint initial)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return rw_checksum(RW_POINTER(address), (size_t)length, (uint32_t)initial);
}

/*
 * Copies the tables in pieces, so that Java code that changes them meanwhile cannot lead C outside the memory, and no
 * garbage collection waits. Returns how many sums were taken.
 */
RW_NATIVE(jint, checksums0)
(JNIEnv *env, jclass type, jlong address, jint size, jintArray offsets, jintArray lengths, jintArray sums, jint count)
{
    RW_UNUSED(type);
    enum { PIECE = 256 };
    jint piece_offsets[PIECE], piece_lengths[PIECE], piece_sums[PIECE];
    for (jint done = 0; done < count; done += PIECE) {
        jint piece = count - done < PIECE ? count - done : PIECE;
        (*env)->GetIntArrayRegion(env, offsets, done, piece, piece_offsets);
        (*env)->GetIntArrayRegion(env, lengths, done, piece, piece_lengths);
        (*env)->GetIntArrayRegion(env, sums, done, piece, piece_sums);
        jint taken = (jint)rw_checksums(RW_POINTER(address), (size_t)size, piece_offsets, piece_lengths, piece_sums,
                                        (size_t)piece);
        (*env)->SetIntArrayRegion(env, sums, done, taken, piece_sums);
        if (taken < piece)
            return done + taken;
    }
    return count;
}

RW_NATIVE(jstring, checksumPath)(JNIEnv *env, jclass type)
{
    RW_UNUSED(type);
    return (*env)->NewStringUTF(env, rw_checksum_path());
}

RW_NATIVE(jlong, directAddress0)(JNIEnv *env, jclass type, jobject buffer)
{
    RW_UNUSED(type);
    return (jlong)(uintptr_t)(*env)->GetDirectBufferAddress(env, buffer);
}
