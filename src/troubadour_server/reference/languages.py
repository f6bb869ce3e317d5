"""Request samples: one call, written in the languages that people call from. One table, `LANGUAGES`.

Every sample is whole: saved in a file of the given name it runs, sends the request and prints the body of the answer. Where a
language's own library can do it, no other is used; `needs` says what has to be installed else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from troubadour_server.reference import literals
from troubadour_server.reference.literals import STYLES, written


@dataclass(frozen=True)
class Call:
    """An HTTP request. `body` is a JSON object, None when the request has no body."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None = None

    @property
    def json(self) -> str:
        """The body as text."""
        return json.dumps(self.body, indent=2, ensure_ascii=False)


def authorized(method: str, url: str, key: str, body: Mapping[str, Any] | None = None) -> Call:
    """A call as this API wants it: with a key, and with its type when there is a body. An empty `key` is left out."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Call(method, url, headers if body is None else {**headers, "Content-Type": "application/json"}, body)


def shell(call: Call) -> str:
    """`curl`."""
    text = literals.shell_string
    method = "" if call.method == "GET" else f"-X {call.method} "
    parts = [f"curl {method}{text(call.url)}", *(f"-H {text(f'{name}: {value}')}" for name, value in call.headers.items())]
    return " \\\n  ".join([*parts, *([f"-d {text(call.json)}"] if call.body is not None else [])]) + "\n"


def javascript(call: Call) -> str:
    """`fetch`, in Node and in browsers."""
    style = STYLES["javascript"]
    rows = [f"  method: {style.string(call.method)},", f"  headers: {written(call.headers, style, '  ')},"]
    if call.body is not None:
        rows.append(f"  body: JSON.stringify({written(call.body, style, '  ')}),")
    options = "\n".join(rows)
    return f"const response = await fetch({style.string(call.url)}, {{\n{options}\n}});\nconsole.log(await response.text());\n"


def python(call: Call) -> str:
    """httpx; requests reads the same."""
    style = STYLES["python"]
    rows = [f"    {style.string(call.url)},", f"    headers={written(call.headers, style, '    ', '    ')},"]
    if call.body is not None:
        rows.append(f"    json={written(call.body, style, '    ', '    ')},")
    arguments = "\n".join([*rows, "    timeout=60,"])
    return f"import httpx\n\nresponse = httpx.{call.method.lower()}(\n{arguments}\n)\nprint(response.text)\n"


def java(call: Call) -> str:
    """The client of the JDK."""
    text = literals.java_string
    headers = "".join(f"            .header({text(name)}, {text(value)})\n" for name, value in call.headers.items())
    body = (
        "HttpRequest.BodyPublishers.noBody()" if call.body is None else "HttpRequest.BodyPublishers.ofString(body)"
    )  # one line in Java, too
    block = "" if call.body is None else f"        String body = {literals.java_block(call.json, ' ' * 16)};\n"
    return f"""import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Sample {{
    public static void main(String[] args) throws Exception {{
{block}        HttpRequest request = HttpRequest.newBuilder()
            .uri(URI.create({text(call.url)}))
{headers}            .method({text(call.method)}, {body})
            .build();
        HttpResponse<String> response = HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(response.body());
    }}
}}
"""


def swift(call: Call) -> str:
    """URLSession."""
    text = literals.swift_string
    headers = "".join(
        f"request.setValue({text(value)}, forHTTPHeaderField: {text(name)})\n" for name, value in call.headers.items()
    )
    body = "" if call.body is None else f"request.httpBody = Data({literals.swift_block(call.json)}.utf8)\n"
    return f"""import Foundation

var request = URLRequest(url: URL(string: {text(call.url)})!)
request.httpMethod = {text(call.method)}
{headers}{body}
let (data, _) = try await URLSession.shared.data(for: request)
print(String(decoding: data, as: UTF8.self))
"""


def go(call: Call) -> str:
    """net/http."""
    text = literals.go_string
    headers = "".join(f"\trequest.Header.Set({text(name)}, {text(value)})\n" for name, value in call.headers.items())
    block, body, strings = "", "nil", ""
    if call.body is not None:
        block, body, strings = f"\tbody := {literals.go_block(call.json)}\n", "strings.NewReader(body)", '\t"strings"\n'
    return f"""package main

import (
	"fmt"
	"io"
	"net/http"
{strings})

func main() {{
{block}	request, err := http.NewRequest({text(call.method)}, {text(call.url)}, {body})
	if err != nil {{
		panic(err)
	}}
{headers}	response, err := http.DefaultClient.Do(request)
	if err != nil {{
		panic(err)
	}}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {{
		panic(err)
	}}
	fmt.Println(string(answer))
}}
"""


def php(call: Call) -> str:
    """The curl extension."""
    style = STYLES["php"]
    headers = written([f"{name}: {value}" for name, value in call.headers.items()], style, "    ", "    ")
    body = ""
    if call.body is not None:
        options = "JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR"
        body = f"    CURLOPT_POSTFIELDS => json_encode({written(call.body, style, '    ', '    ')}, {options}),\n"
    return f"""<?php
$curl = curl_init({style.string(call.url)});
curl_setopt_array($curl, [
    CURLOPT_CUSTOMREQUEST => {style.string(call.method)},
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => {headers},
{body}]);
$answer = curl_exec($curl);
if ($answer === false) {{
    exit(curl_error($curl) . PHP_EOL);
}}
echo $answer, PHP_EOL;
"""


def http(call: Call) -> str:
    """The message itself; its header lines end in CR LF on the wire."""
    parts = urlsplit(call.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    size = {} if call.body is None else {"Content-Length": str(len(call.json.encode()))}
    headers = {"Host": parts.netloc, **call.headers, **size, "Connection": "close"}
    head = "\n".join([f"{call.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())])
    return f"{head}\n\n{'' if call.body is None else call.json}"


def c(call: Call) -> str:
    """libcurl."""
    text = literals.c_string
    headers = "".join(
        f"    headers = curl_slist_append(headers, {text(f'{name}: {value}')});\n" for name, value in call.headers.items()
    )
    block, body = "", ""
    if call.body is not None:
        block = f"    const char *body =\n{literals.c_block(call.json, ' ' * 8)};\n"
        body = "    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);\n"
    return f"""#include <curl/curl.h>
#include <stdio.h>

int main(void) {{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = NULL;
{block}{headers}    curl_easy_setopt(curl, CURLOPT_URL, {text(call.url)});
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, {text(call.method)});
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
{body}    CURLcode result = curl_easy_perform(curl); /* prints the body of the answer */
    if (result != CURLE_OK)
        fprintf(stderr, "%s\\n", curl_easy_strerror(result));
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return result != CURLE_OK;
}}
"""


def csharp(call: Call) -> str:
    """HttpClient."""
    text = literals.csharp_string
    named = [(name, value) for name, value in call.headers.items() if name != "Content-Type"]
    headers = "".join(f"request.Headers.Add({text(name)}, {text(value)});\n" for name, value in named)
    body = ""
    if call.body is not None:
        block = literals.csharp_block(call.json, "    ")
        body = f'request.Content = new StringContent(\n    {block},\n    Encoding.UTF8,\n    "application/json");\n'
    return f"""using System.Text;

using var client = new HttpClient();
using var request = new HttpRequestMessage(new HttpMethod({text(call.method)}), {text(call.url)});
{headers}{body}
using var response = await client.SendAsync(request);
Console.WriteLine(await response.Content.ReadAsStringAsync());
"""


def objective_c(call: Call) -> str:
    """NSURLSession."""
    text, style = literals.objc_string, STYLES["objc"]
    body = ""
    if call.body is not None:
        block = written(call.body, style, "        ", "    ")
        body = (
            f"        NSDictionary *body = {block};\n"
            "        request.HTTPBody = [NSJSONSerialization dataWithJSONObject:body options:0 error:nil];\n"
        )
    return f"""#import <Foundation/Foundation.h>

int main(void) {{
    @autoreleasepool {{
        NSURL *url = [NSURL URLWithString:{text(call.url)}];
        NSMutableURLRequest *request = [NSMutableURLRequest requestWithURL:url];
        request.HTTPMethod = {text(call.method)};
        request.allHTTPHeaderFields = {written(call.headers, style, " " * 8, "    ")};
{body}
        dispatch_semaphore_t done = dispatch_semaphore_create(0);
        [[NSURLSession.sharedSession dataTaskWithRequest:request
            completionHandler:^(NSData *data, NSURLResponse *response, NSError *error) {{
                NSString *answer = data ? [[NSString alloc] initWithData:data encoding:NSUTF8StringEncoding] : nil;
                puts((answer ?: error.localizedDescription).UTF8String);
                dispatch_semaphore_signal(done);
            }}] resume];
        dispatch_semaphore_wait(done, DISPATCH_TIME_FOREVER);
    }}
    return 0;
}}
"""


def ruby(call: Call) -> str:
    """net/http."""
    style = STYLES["ruby"]
    headers = "".join(f"request[{style.string(name)}] = {style.string(value)}\n" for name, value in call.headers.items())
    body = "" if call.body is None else f"request.body = JSON.generate({written(call.body, style)})\n"
    return f"""require "json"
require "net/http"

url = URI({style.string(call.url)})
request = Net::HTTP::{call.method.capitalize()}.new(url)
{headers}{body}
response = Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == "https") do |http|
  http.request(request)
end
puts response.body
"""


def ocaml(call: Call) -> str:
    """Cohttp on Lwt."""
    text = literals.ocaml_string
    headers = "".join(f"    ({text(name)}, {text(value)});\n" for name, value in call.headers.items())
    body = "" if call.body is None else f"let body = Cohttp_lwt.Body.of_string {literals.ocaml_block(call.json)}\n\n"
    given = "" if call.body is None else "~body "
    return f"""open Lwt.Infix

let headers =
  Cohttp.Header.of_list [
{headers}  ]

{body}let () =
  let uri = Uri.of_string {text(call.url)} in
  Lwt_main.run
    ( Cohttp_lwt_unix.Client.call ~headers {given}`{call.method} uri
    >>= fun (_response, answer) -> Cohttp_lwt.Body.to_string answer >>= Lwt_io.printl )
"""


def dart(call: Call) -> str:
    """package:http."""
    style = STYLES["dart"]
    rows = [f"    Uri.parse({style.string(call.url)}),", f"    headers: {written(call.headers, style, '    ')},"]
    imports = "import 'package:http/http.dart' as http;\n"
    if call.body is not None:
        imports = f"import 'dart:convert';\n\n{imports}"
        rows.append(f"    body: jsonEncode({written(call.body, style, '    ')}),")
    arguments = "\n".join(rows)
    return f"{imports}\nvoid main() async {{\n  final response = await http.{call.method.lower()}(\n{arguments}\n  );\n  print(response.body);\n}}\n"


def r(call: Call) -> str:
    """httr2."""
    text = literals.r_string
    headers = ",\n".join(f"    {text(name)} = {text(value)}" for name, value in call.headers.items() if name != "Content-Type")
    steps = [f"req_method({text(call.method)})", *([f"req_headers(\n{headers}\n  )"] if headers else [])]
    if call.body is not None:
        steps.append(f'req_body_raw({literals.r_block(call.json)}, type = "application/json")')
    steps += ["req_error(is_error = function(response) FALSE)", "req_perform()"]
    chain = " |>\n  ".join([f"response <- request({text(call.url)})", *steps])
    return f'library(httr2)\n\n{chain}\n\ncat(resp_body_string(response), "\\n")\n'


@dataclass(frozen=True)
class Language:
    """A column of the samples: its id in links, its name, what colours it, and the file that it is saved in."""

    id: str
    name: str
    lexer: str
    file: str
    write: Callable[[Call], str]
    needs: str


LANGUAGES: tuple[Language, ...] = (
    Language("shell", "Shell", "bash", "sample.sh", shell, "curl"),
    Language("javascript", "JavaScript", "javascript", "sample.mjs", javascript, "Node 18 or newer, or a browser's module"),
    Language("java", "Java", "java", "Sample.java", java, "Java 15 or newer: java Sample.java"),
    Language("swift", "Swift", "swift", "main.swift", swift, "Swift 5.7 or newer"),
    Language("go", "Go", "go", "main.go", go, "go run main.go"),
    Language("php", "PHP", "php", "sample.php", php, "PHP 7.3 or newer with its curl extension"),
    Language("python", "Python", "python", "sample.py", python, "pip install httpx"),
    Language("http", "HTTP", "http", "sample.http", http, "the message as it is sent"),
    Language("c", "C", "c", "sample.c", c, "libcurl: cc sample.c -lcurl"),
    Language("csharp", "C#", "csharp", "Program.cs", csharp, ".NET 7 or newer"),
    Language(
        "objective-c", "Objective-C", "objective-c", "main.m", objective_c, "clang -fobjc-arc -framework Foundation main.m"
    ),
    Language("ruby", "Ruby", "ruby", "sample.rb", ruby, "Ruby 2.5 or newer"),
    Language("ocaml", "OCaml", "ocaml", "sample.ml", ocaml, "opam install cohttp-lwt-unix"),
    Language("dart", "Dart", "dart", "sample.dart", dart, "dart pub add http"),
    Language("r", "R", "r", "sample.R", r, "R 4.1 or newer with httr2"),
)
