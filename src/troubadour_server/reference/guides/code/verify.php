<?php

function is_genuine(string $timestamp, string $signature, string $body, string $secret): bool
{
    if (abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    return hash_equals('sha256=' . hash_hmac('sha256', "$timestamp.$body", $secret), $signature);
}

// $body = file_get_contents('php://input');
// is_genuine($_SERVER['HTTP_X_WEBHOOK_TIMESTAMP'], $_SERVER['HTTP_X_WEBHOOK_SIGNATURE'], $body, $secret);
