/* Generated from protocol/openapi.json by `npm run generate -w web/sdk`: change the server, not this file. */

export interface paths {
    "/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A ticket that opens one socket, once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TicketResponse"];
                    };
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `too_many_requests` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People whose name contains the query, without oneself; those who are here come first */
        get: {
            parameters: {
                query?: {
                    query?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PeopleResponse"];
                    };
                };
                /** @description `validation`, `malformed` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ice-servers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** STUN and TURN servers with short-lived credentials */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IceServersResponse"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the server's owner has set for all clients */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SettingsResponse"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a browser tells of its part in a call: spans, events and the connections it had */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TelemetryReport"];
                };
            };
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description `validation`, `malformed`, `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `too_many_requests` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/sign-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an account and signs it in */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SignUpRequest"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description `validation`, `malformed`, `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `forbidden_origin` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `email_taken` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `too_many_requests` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs a browser in with a cookie */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SignInRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description `validation`, `malformed`, `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `wrong_credentials` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `forbidden_origin` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `too_many_requests`, `locked_out` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs another client in with a bearer token */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SignInRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TokenResponse"];
                    };
                };
                /** @description `validation`, `malformed` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `wrong_credentials` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `too_many_requests`, `locked_out` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/token/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a new access token for a refresh token */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RefreshRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TokenResponse"];
                    };
                };
                /** @description `validation`, `malformed` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Clears the cookie */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/demo/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Links that sign the demo people in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DemoLinks"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/demo/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Signs a demo person in */
        get: {
            parameters: {
                query?: {
                    token?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Found */
                302: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description `not_found` */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The channels that one belongs to */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChannelsResponse"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        /** The channel with a person or of exactly these people, made when it is missing */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OpenChannelRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Channel"];
                    };
                };
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Channel"];
                    };
                };
                /** @description `antiforgery`, `validation`, `malformed` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_found` */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Rings this browser also while no page is open */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SubscribeRequest"];
                };
            };
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description `antiforgery`, `validation`, `malformed` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        post?: never;
        /** Leaves this browser alone from now on */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UnsubscribeRequest"];
                };
            };
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description `antiforgery`, `validation`, `malformed` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/initiate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rings everybody else in a channel; 200 is the call of somebody there who rings at the same moment */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["InitiateRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallView"];
                    };
                };
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallView"];
                    };
                };
                /** @description `validation`, `malformed`, `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_found` */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own calls; with everybody=true, for operators, all there are */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    before?: string;
                    everybody?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallList"];
                    };
                };
                /** @description `validation` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallDetails"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The person has looked at all calls so far */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DeviceRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallView"];
                    };
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `invalid_transition` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallView"];
                    };
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `invalid_transition` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rings more people in a running call */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["InviteRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallView"];
                    };
                };
                /** @description `antiforgery`, `validation`, `malformed` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_found` */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `invalid_transition` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["DeviceRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallView"];
                    };
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `invalid_transition` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallView"];
                    };
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `invalid_transition` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallView"];
                    };
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `invalid_transition` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/recording": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Records the call from now on; 200 is the recording that runs already */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecordingView"];
                    };
                };
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecordingView"];
                    };
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `invalid_transition` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `too_many_requests` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `recording_unavailable` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/recording/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Records the call no more; its files are made from now on */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecordingView"];
                    };
                };
                /** @description `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `invalid_transition` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `too_many_requests` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recordings in which the person was, newest first */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    before?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecordingList"];
                    };
                };
                /** @description `validation` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings/{recordingId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    recordingId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecordingDetails"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings/{recordingId}/leg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends this device's media to the recording; again to go on with it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    recordingId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LegRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LegResponse"];
                    };
                };
                /** @description `validation`, `malformed`, `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_found` */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `bad_offer` */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `too_many_requests` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `recording_unavailable` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings/{recordingId}/files/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file, or a range of it; as an attachment with download=1 */
        get: {
            parameters: {
                query?: {
                    download?: number;
                };
                header?: never;
                path: {
                    recordingId: string;
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Partial Content */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_found` */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `recording_unavailable` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callId}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What everybody's devices have measured */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallReport"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        /** Adds what this device has measured since the batch before */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReportBatch"];
                };
            };
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description `validation`, `malformed`, `antiforgery` */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_signed_in` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `not_a_participant` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `invalid_transition` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description `too_many_requests` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        CallDetails: {
            call: components["schemas"]["CallView"];
            history: components["schemas"]["HistoryLine"][];
        };
        CallList: {
            calls: components["schemas"]["CallView"][];
            /**
             * Format: int32
             * @description How many missed calls the person has not looked at, of all there are.
             */
            missed_unseen: number;
        };
        /** @description That a call is being recorded: whose wish it was, and since when. */
        CallRecordingView: {
            /** Format: uuid */
            recording_id: string;
            /** Format: uuid */
            started_by: string;
            /** Format: date-time */
            started_at: string;
        };
        /** @description A call with what the devices of those who took part have measured. */
        CallReport: {
            call: components["schemas"]["CallView"];
            parts: components["schemas"]["ReportPart"][];
        };
        /** @description A call as clients see it, over REST and over sockets alike. */
        CallView: {
            /** Format: uuid */
            call_id: string;
            call_type: components["schemas"]["WireCallType"];
            /** Format: uuid */
            channel_id: string;
            state: components["schemas"]["WireCallState"];
            /** Format: int32 */
            version: number;
            /** Format: uuid */
            caller_id: string;
            participants: components["schemas"]["ParticipantView"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            ring_expires_at: string;
            /** Format: date-time */
            connected_at: null | string;
            /** Format: date-time */
            ended_at: null | string;
            outcome: null | components["schemas"]["WireOutcome"];
            /** Format: uuid */
            ended_by: null | string;
            recording: null | components["schemas"]["CallRecordingView"];
        };
        Channel: {
            /** Format: uuid */
            channel_id: string;
            members: components["schemas"]["Person"][];
        };
        ChannelsResponse: {
            channels: components["schemas"]["Channel"][];
        };
        DemoLink: {
            display_name: string;
            url: string;
        };
        DemoLinks: {
            links: components["schemas"]["DemoLink"][];
        };
        DeviceRequest: {
            /**
             * Format: uuid
             * @description The device that takes part from now on, or that goes.
             */
            device_id: string;
        };
        /**
         * @description A state of a connection or of ICE, a kind of candidate, or whose description it was.
         * @enum {unknown}
         */
        EventDetail: "local" | "remote" | "new" | "checking" | "connecting" | "connected" | "completed" | "disconnected" | "failed" | "closed" | "host" | "srflx" | "prflx" | "relay";
        /**
         * @description What a browser noticed, as the names of the logs `webrtc.*`.
         * @enum {unknown}
         */
        EventName: "offer" | "answer" | "candidate" | "connection_state" | "ice_state";
        /** @description A change of state; `by` is `null` where time or the network did it. */
        HistoryLine: {
            /** Format: date-time */
            at: string;
            from: null | components["schemas"]["WireCallState"];
            to: components["schemas"]["WireCallState"];
            /** Format: uuid */
            by: null | string;
            cause: string;
        };
        /** @description One entry of the browser's `RTCConfiguration.iceServers`; TURN entries carry a credential. */
        IceServer: {
            urls: string[];
            username?: null | string;
            credential?: null | string;
        };
        IceServersResponse: {
            ice_servers: components["schemas"]["IceServer"][];
            /**
             * Format: date-time
             * @description When the credentials end; ask again before.
             */
            expires_at: string;
        };
        InitiateRequest: {
            /** @description What the caller asks for. */
            call_type: components["schemas"]["WireCallType"];
            /**
             * Format: uuid
             * @description Whom: everybody else in this channel rings.
             */
            channel_id: string;
        };
        InviteRequest: {
            /** @description Whom to ring as well. */
            person_ids: string[];
        };
        LegRequest: {
            /** Format: uuid */
            device_id: string;
            /** @description SDP: the first audio section is the microphone, the first video section the camera, the second the screen. */
            offer: string;
        };
        LegResponse: {
            answer: string;
        };
        /** @enum {unknown} */
        LinkPath: "direct" | "relay";
        Me: {
            /** Format: uuid */
            person_id: string;
            email: string;
            display_name: string;
            /** @description Whether this person sees the calls and reports of everybody. */
            is_operator: boolean;
            /** @description A browser sends it in the header `X-Sightline-Antiforgery` with every request that is not a GET. */
            antiforgery_token: string;
        };
        /** @description Either one other person, or the one to three others of a group. */
        OpenChannelRequest: {
            /** Format: uuid */
            person_id?: null | string;
            person_ids?: null | string[];
        };
        /**
         * @description One person in a call; `device_id` is the device that takes part, once there is one, and `ring_expires_at` is when a
         *     person who rings has missed the call.
         */
        ParticipantView: {
            /** Format: uuid */
            person_id: string;
            display_name: string;
            standing: components["schemas"]["WireStanding"];
            /** Format: uuid */
            device_id: null | string;
            /** Format: date-time */
            ring_expires_at: null | string;
        };
        PeopleResponse: {
            people: components["schemas"]["Person"][];
        };
        Person: {
            /** Format: uuid */
            person_id: string;
            display_name: string;
            presence: components["schemas"]["Presence"];
        };
        PersonName: {
            /** Format: uuid */
            person_id: string;
            display_name: string;
        };
        /** @enum {unknown} */
        Presence: "offline" | "online" | "in_call";
        /**
         * @description The codes of docs/protocol.md, 'Errors'. They do not change between versions.
         * @enum {unknown}
         */
        ProblemCode: "validation" | "malformed" | "antiforgery" | "not_signed_in" | "wrong_credentials" | "not_a_participant" | "forbidden_origin" | "not_found" | "email_taken" | "invalid_transition" | "too_large" | "too_many_requests" | "locked_out" | "bad_offer" | "recording_unavailable" | "unexpected";
        /** @description An RFC 9457 problem document as it goes over the wire. */
        ProblemDocument: {
            title: string;
            /** Format: int32 */
            status: number;
            code: components["schemas"]["ProblemCode"];
            detail?: null | string;
            /** @description Field → what is wrong with it, where fields are at fault. */
            errors?: null | {
                [key: string]: string[];
            };
            /** @description What to look for in the server's log, where the server is at fault. */
            trace_id?: null | string;
        };
        /** @description A recording with what was made of it. */
        RecordingDetails: {
            /** @description Empty until it is ready; the combined one first. */
            files?: null | components["schemas"]["RecordingFile"][];
            gaps?: null | components["schemas"]["RecordingGap"][];
            /** @description Why there is no combined file, for people. */
            combined_problem?: null | string;
            /** Format: uuid */
            recording_id?: string;
            /** Format: uuid */
            call_id?: string;
            /** Format: uuid */
            channel_id?: string;
            status?: components["schemas"]["WireRecordingStatus"];
            /** Format: double */
            progress?: number;
            /** Format: uuid */
            started_by?: string;
            /** Format: date-time */
            started_at?: string;
            /** Format: date-time */
            stopped_at?: null | string;
            /** Format: int64 */
            length_ms?: null | number;
            problem?: null | components["schemas"]["WireRecordingProblem"];
            participants?: components["schemas"]["PersonName"][];
        };
        RecordingFile: {
            name: string;
            kind: components["schemas"]["RecordingFileKind"];
            /**
             * Format: uuid
             * @description Whose it is; `null` of the combined one.
             */
            person_id: null | string;
            content_type: string;
            /** Format: int64 */
            bytes: number;
            /**
             * Format: int64
             * @description Where its beginning stands in the recording.
             */
            from_ms: number;
            /** Format: int64 */
            length_ms: number;
        };
        /** @enum {unknown} */
        RecordingFileKind: "combined" | "person" | "screen";
        /** @description A part of somebody's track that is not there, in the recording's time. */
        RecordingGap: {
            /** Format: uuid */
            person_id: string;
            track: components["schemas"]["RecordingTrack"];
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            length_ms: number;
            /** Format: int64 */
            packets: number;
            cause: components["schemas"]["RecordingGapCause"];
        };
        /** @enum {unknown} */
        RecordingGapCause: "network" | "connection" | "node" | "disk";
        RecordingList: {
            recordings: components["schemas"]["RecordingView"][];
        };
        /** @enum {unknown} */
        RecordingTrack: "microphone" | "camera" | "screen";
        /**
         * @description A recording as those see it who were in the call while it ran. `progress` is how far its files are made, from 0 to 1;
         *     `length_ms` is known once they are.
         */
        RecordingView: {
            /** Format: uuid */
            recording_id: string;
            /** Format: uuid */
            call_id: string;
            /** Format: uuid */
            channel_id: string;
            status: components["schemas"]["WireRecordingStatus"];
            /** Format: double */
            progress: number;
            /** Format: uuid */
            started_by: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            stopped_at: null | string;
            /** Format: int64 */
            length_ms: null | number;
            problem: null | components["schemas"]["WireRecordingProblem"];
            participants: components["schemas"]["PersonName"][];
        };
        RefreshRequest: {
            refresh_token: string;
        };
        /** @description A part of what one device measured in one call. */
        ReportBatch: {
            /**
             * Format: uuid
             * @description A random id of the device's part in this call.
             */
            source: string;
            /**
             * Format: int32
             * @description From 0; the same number again is the same batch again.
             */
            batch: number;
            /**
             * Format: int32
             * @description How long ago the report began, by the device's own clock: no clock of a device need be right.
             */
            age_ms: number;
            /** @description Those whom events and samples name by their place in this list. */
            people: string[];
            events: components["schemas"]["ReportEvent"][];
            /** @description Rows of numbers; docs/protocol.md names their columns. */
            samples: (null | number)[][];
            overall?: null | components["schemas"]["ReportScore"];
        };
        ReportEvent: {
            /**
             * Format: int32
             * @description Since the report began.
             */
            at_ms: number;
            kind: components["schemas"]["ReportEventKind"];
            /** @description A word, never a text of a person's or a device's. */
            value: string;
            /**
             * Format: int32
             * @description An index into the batch's people, where it is about the link to one of them.
             */
            person: null | number;
        };
        /**
         * @description What an event of a report is about; docs/protocol.md says which values each has.
         * @enum {unknown}
         */
        ReportEventKind: "state" | "end" | "signalling" | "link" | "restart" | "path" | "network" | "codec" | "level" | "microphone" | "camera" | "screen" | "hold" | "device" | "problem" | "warning";
        ReportPart: {
            /** Format: uuid */
            person_id: string;
            /** Format: uuid */
            source: string;
            /**
             * Format: date-time
             * @description What `at_ms` and the first column of the samples count from, by the server's clock.
             */
            began_at: string;
            people: string[];
            events: components["schemas"]["ReportEvent"][];
            samples: (null | number)[][];
        };
        /**
         * @description The four steps of docs/quality.md.
         * @enum {unknown}
         */
        ReportQuality: "excellent" | "good" | "poor" | "critical";
        /** @description How good the whole call was for one device. */
        ReportScore: {
            /**
             * Format: int32
             * @description 0 to 100.
             */
            score: number;
            quality: components["schemas"]["ReportQuality"];
        };
        ReportedEvent: {
            name: components["schemas"]["EventName"];
            /** Format: double */
            at_ms: number;
            detail: components["schemas"]["EventDetail"];
        };
        /** @description A connection to one other device, once it stands. */
        ReportedLink: {
            path: components["schemas"]["LinkPath"];
            codec?: null | components["schemas"]["VideoCodec"];
            /**
             * Format: double
             * @description From the answer to the first picture; null where none came.
             */
            first_frame_ms?: null | number;
        };
        ReportedSpan: {
            name: components["schemas"]["SpanName"];
            /** @description 16 hex digits, of the browser's choice. */
            span_id: string;
            /**
             * Format: double
             * @description Milliseconds since 1970, by the browser's clock.
             */
            start_ms: number;
            /** Format: double */
            end_ms: number;
            result?: components["schemas"]["SpanResult"];
            /** @description Null for what hangs from the whole call. */
            parent_id?: null | string;
        };
        SettingsResponse: {
            /** @description Names such as VP8, H264, VP9 and AV1, the preferred one first; may be empty. */
            video_codecs: string[];
            /** @description Where the model for background blur is; `null` when there is none. */
            blur_model_url: null | string;
            /** @description What a browser wants before it subscribes to web push: base64url of 65 bytes. */
            push_public_key: string;
        };
        SignInRequest: {
            email: string;
            password: string;
        };
        /** @description Somebody new. The display name is what others see; spaces around it and around the e-mail do not count. */
        SignUpRequest: {
            email: string;
            password: string;
            display_name: string;
        };
        /**
         * @description What a browser did for a call, as the names of its spans.
         * @enum {unknown}
         */
        SpanName: "call" | "initiate" | "ring" | "capture" | "create_offer" | "create_answer" | "set_remote" | "ice_gathering" | "ice_connected" | "first_frame" | "recovery";
        /**
         * @default ok
         * @enum {unknown}
         */
        SpanResult: "ok" | "failed";
        /** @description What the browser's PushSubscription says; both keys are base64url. */
        SubscribeRequest: {
            endpoint: string;
            p256dh: string;
            auth: string;
        };
        /** @description What a browser tells of a call: names and numbers out of fixed sets, and nothing that a person wrote. */
        TelemetryReport: {
            /** Format: uuid */
            device_id: string;
            /**
             * Format: double
             * @description The browser's clock when it sent this: a clock that is wrong is put right by it.
             */
            sent_at_ms: number;
            spans: components["schemas"]["ReportedSpan"][];
            events: components["schemas"]["ReportedEvent"][];
            links: components["schemas"]["ReportedLink"][];
            /**
             * Format: int32
             * @description How much it had to leave out for its own limits.
             * @default 0
             */
            dropped: number;
        };
        TicketResponse: {
            /** @description Opens one socket, once: `?ticket=…`. */
            ticket: string;
            /** Format: date-time */
            expires_at: string;
        };
        TokenResponse: {
            access_token: string;
            token_type: string;
            /**
             * Format: int64
             * @description How long the access token is good for, in seconds.
             */
            expires_in: number;
            refresh_token: string;
        };
        UnsubscribeRequest: {
            endpoint: string;
        };
        /** @enum {unknown} */
        VideoCodec: "vp8" | "vp9" | "h264" | "h265" | "av1" | "other" | null;
        /** @enum {unknown} */
        WireCallState: "RINGING" | "CONNECTING" | "CONNECTED" | "RECONNECTING" | "ENDED";
        /** @enum {unknown} */
        WireCallType: "audio" | "video";
        /** @enum {unknown} */
        WireOutcome: "ended" | "cancelled" | "declined" | "missed" | "busy" | "answered_elsewhere" | "failed_setup" | "connection_lost" | "left" | null;
        /** @enum {unknown} */
        WireRecordingProblem: "nothing_recorded" | "disk_full" | "unexpected" | null;
        /** @enum {unknown} */
        WireRecordingStatus: "recording" | "finishing" | "ready" | "failed";
        /** @enum {unknown} */
        WireStanding: "ringing" | "joined" | "declined" | "busy" | "missed" | "left" | "lost";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
