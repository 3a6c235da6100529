filedesc://x.arc 0.0.0.0 20190314091500 text/plain 69
1 0 Lantern
URL IP-address Archive-date Content-type Archive-length


https://lantern.example/case?0 93.184.216.34 20190314091500 text/html 138
HTTP/1.1 200 OK
Server: x
Content-Type: text/html

<!DOCTYPE html><title>Case</title><p>A lantern on a label.</p>

<p>And no more.</p>
https://lantern.example/case?1 93.184.216.34 20190314091500 text/html 138
HTTP/1.1 200 OK
Server: x
Content-Type: text/html

<!DOCTYPE html><title>Case</title><p>A lantern on a label.</p>

<p>And no more.</p>
