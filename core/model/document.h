/*
 * document.h - what writer and reader of the store's document share.
 */
#ifndef VMNET_MODEL_DOCUMENT_H
#define VMNET_MODEL_DOCUMENT_H

#include "model/model.h"

/* Grows when an older vmnetsh would misread the document. */
#define DOCUMENT_VERSION 1

#endif
