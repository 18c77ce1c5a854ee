/* SPDX-License-Identifier: Apache-2.0 */
/* model/cost.h: what each unit costs: the bytes that would go with it. */
#ifndef MODEL_COST_H
#define MODEL_COST_H

struct ctx;
struct graph;

/*
 * Set unit.added everywhere: the sizes of all units that only this one keeps alive, itself
 * included. A unit that nothing leads to adds its own size. Linear but for a logarithm; no
 * recursion.
 */
int cost_compute(struct ctx *cx, struct graph *g);

#endif
