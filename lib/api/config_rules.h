/* SPDX-License-Identifier: Apache-2.0 */
/* api/config_rules.h: a config.json that somebody had a hand in keeps the rules of check. */
#ifndef API_CONFIG_RULES_H
#define API_CONFIG_RULES_H

struct ctx;
struct plan;
struct spec;

/* What check would call an error of the rule "config" in what a merge patch or a seccomp profile
 * made of the plan's config.json: OCIT_E_FORMAT that names the field it came with. */
int config_rules(struct ctx *cx, const struct spec *spec, const struct plan *plan);

#endif
