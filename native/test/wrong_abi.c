#include "dev_ringwire_natives_Natives.h"

JNIEXPORT jint JNICALL Java_dev_ringwire_natives_Natives_abi(JNIEnv *env, jclass type)
{
    (void)env;
    (void)type;
    return dev_ringwire_natives_Natives_ABI + 1;
}
