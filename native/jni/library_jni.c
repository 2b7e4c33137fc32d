#include "ringwire_jni.h"

#define TEXT_OF(macro) TEXT(macro)
#define TEXT(words) #words

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "an unknown compiler"
#endif

#if defined(__x86_64__)
#define ARCH "x86_64"
#elif defined(__aarch64__)
#define ARCH "aarch64"
#else
#define ARCH "another architecture"
#endif

RW_NATIVE(jint, abi)(JNIEnv *env, jclass type)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return dev_ringwire_natives_Natives_ABI;
}

RW_NATIVE(jstring, buildInfo)(JNIEnv *env, jclass type)
{
    RW_UNUSED(type);
    return (*env)->NewStringUTF(env, COMPILER ", " ARCH ", C " TEXT_OF(__STDC_VERSION__));
}
