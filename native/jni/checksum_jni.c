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
